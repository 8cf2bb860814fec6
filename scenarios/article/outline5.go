package article

const (
	elsewhere    = "it advertises another project, without code or data; nothing of it can be run or looked up"
	notThisPlace = "not about etcd, contexts or maps"
)

// outline5 is the last chapter: it tells of projects, and of none of what came before.
var outline5 = []unit{
	{"5, paragraph 1", "on a government's cloud 23 Java services moved in 47 days without a pause; pipelines took " +
		"62 % less time, pods that failed to start fell from 11.3 to 0.4 %", elsewhere},
	{"5, paragraph 2", "a sidecar that injects secrets, with an address that names no repository, took a rotation " +
		"of keys from a quarter of a year to hours; 83 ms at P95", elsewhere},
	{"5, table 1, row 1", "setting up a second cluster: 142 minutes, then 29", elsewhere},
	{"5, table 1, row 2", "new rules for logs: a restart, then at once", elsewhere},
	{"5, table 1, row 3", "a report of a security scan: 37 minutes, then 4.2", elsewhere},
	{"5, paragraph 3", "GPUs are shared in slices by a device plugin: used to 31 %, then 68 %", elsewhere},
	{"5, code 1", "a pod asks for 0.25 of nvidia.com/gpu", notThisPlace + "; Kubernetes takes whole numbers of " +
		"an extended resource"},
	{"5, paragraph 4", "an operator whose pull request 8823 took the rotation of certificates from 12.7 to 1.3 s " +
		"at 10,000 pods", elsewhere},
	{"5, paragraph 5", "WebAssembly will be tried instead of containers at the edge", "a plan"},
	{"5, item 1", "time to start", "a plan"},
	{"5, item 2", "memory, an eighth of a container's at most", "a plan"},
	{"5, item 3", "replacing modules as they run, 99.99 % without fault", "a plan"},
	{"5, paragraph 6", "the figures will be on a dashboard", "a plan"},
	{"5, paragraph 7", "a service of network policies was called 1,247,892 times and earned 83,600 dollars in a " +
		"month", elsewhere},
}
