package harness

import (
	"errors"
	"fmt"

	"aftershock/harness/preflight"
	"aftershock/internal/units"
	"aftershock/results"
)

// Preflight checks, before anything is started or written, for what would end every trial of the run: limits of this
// process, which its children inherit, too little memory or room, a data root that cannot be written to, a loopback
// that does not answer. The error says of each what it is, what is needed, and what to do.
func (o Options) Preflight() error {
	if len(o.Fixes) == 0 || len(o.Plans) == 0 {
		return o.Check()
	}
	needs, err := o.needs()
	if err != nil {
		return err
	}
	errs := []error{preflight.Limits(needs), o.checkMemory(Environment()), o.checkData(), o.checkRoom()}
	if o.Scenario.Cluster.Members > 0 {
		for _, host := range loopbackHosts {
			errs = append(errs, preflight.Loopback(host))
		}
	}
	return errors.Join(errs...)
}

// loopbackHosts are the address of clients' links, and one from the range of members' addresses.
var loopbackHosts = []string{"127.0.0.1", "127.200.3.4"}

// What the processes of a run need, with room to spare over what was seen with etcd 3.7.3 on linux/amd64. A member
// keeps 150 descriptors for itself and refuses to start with fewer; the peer network has two for each connection, of
// which there are eight between two members. A member maps 10 GB for its store, whatever lies there, and a second time
// while it takes a snapshot.
const (
	filesAlone     = 64
	filesOfAPeer   = 16
	filesOfAMember = 214
	filesOfAClient = 8

	addressesAlone     = 4 << 30
	addressesOfAMember = 24 << 30
	dataOfAProcess     = 1 << 30

	memoryAlone     = 220 << 20
	memoryOfAMember = 70 << 20
	memoryOfItsData = 130 << 20 // on tmpfs
)

// ours is how many members run on this machine as part of the run.
func (o Options) ours() int {
	if o.Runtime.External != nil {
		return 0
	}
	return o.Scenario.Cluster.Members
}

// needs are the largest need of any process for each limit.
func (o Options) needs() (n preflight.Needs, err error) {
	table, err := o.tableSize()
	if err != nil {
		return n, err
	}
	n = preflight.Needs{
		Files: filesAlone, FileSize: max(table, spaceATrial), AddressSpace: addressesAlone, Data: dataOfAProcess,
		CPU: uint64(o.Scenario.TrialTime().Seconds()) * uint64(o.trials()), For: "the worker",
	}
	members := uint64(o.ours())
	if members == 0 {
		return n, nil
	}
	n.For = units.Count(o.ours(), "member") + " and the worker"
	n.Files = max(filesAlone+filesOfAPeer*members*members, filesOfAMember+filesOfAClient*members)
	n.FileSize = max(n.FileSize, spaceAMember)
	n.AddressSpace = addressesOfAMember
	if !o.apart() { // all members are this process
		n.Files += filesOfAMember
		n.AddressSpace, n.Data = addressesOfAMember*members, dataOfAProcess*members
	}
	return n, nil
}

// apart tells whether members have processes of their own.
func (o Options) apart() bool { return o.Runtime.Name == Runtimes()[0].Name }

// trials is the most that the run may come to.
func (o Options) trials() int { return Arms(o.Fixes) * (len(o.Plans) + o.Scenario.Budget.Reserve) }

// tableSize is how many bytes the largest operation table of the run takes. All plans have the same load.
func (o Options) tableSize() (size uint64, err error) {
	for _, g := range groupsOf(o.Fixes) {
		header, err := assignment{scenario: o.Scenario, plan: o.Plans[0], group: g}.tableHeader()
		if err != nil {
			return 0, err
		}
		bytes, err := header.Size()
		if err != nil {
			return 0, err
		}
		size = max(size, uint64(bytes))
	}
	return size, nil
}

// checkMemory refuses a machine, or a control group, in which the kernel would kill members for lack of memory.
func (o Options) checkMemory(e results.Environment) error {
	members := uint64(o.ours())
	need := memoryAlone + members*memoryOfAMember
	data := ""
	if o.Scenario.Cluster.Data == Tmpfs {
		need, data = need+members*memoryOfItsData, ", their data included,"
	}
	if has := uint64(e.MemoryMB) << 20; members == 0 || has == 0 || has >= need {
		return nil
	}
	return fmt.Errorf("memory: %d MB can be used, by the machine or its control group, and %s and the worker%s may "+
		"take %d MB: give the container more (docker --memory, limits.memory of Kubernetes, MemoryMax of systemd)",
		e.MemoryMB, units.Count(o.ours(), "member"), data, need>>20)
}

// checkData refuses a place for the members' data that has no room or cannot be written to.
func (o Options) checkData() error {
	if o.ours() == 0 {
		return nil
	}
	_, err := rootBase(o.Scenario.Cluster.Data, o.ours())
	return err
}

// Space is the most bytes that the run's folder will take, with all that may be run again.
func (o Options) Space() (uint64, error) {
	table, err := o.tableSize()
	if err != nil {
		return 0, err
	}
	each := table + spaceATrial
	if o.Profile {
		each += spaceEvidence
	}
	return uint64(o.trials()) * each, nil
}

// checkRoom refuses a disk that has no room for the run's files.
func (o Options) checkRoom() error {
	need, err := o.Space()
	if err != nil {
		return err
	}
	return CheckOut(o.Out, need)
}
