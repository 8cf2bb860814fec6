package chaos

// Prefix begins every key that the harness, its faults and its workload write. What lies below it is ours and may be
// deleted; what lies outside of it belongs to others, and is neither read nor written.
const Prefix = "aftershock/"

// faultPrefix begins the keys that a fault writes.
func faultPrefix(fault string) string { return Prefix + "faults/" + fault + "/" }
