package chaos

// linkFaults are the faults of single links: how fast members and clients hear each other, and whether clients are heard.
var linkFaults = []Fault{
	linkLatency, linkBandwidth, linkSlowStart, linkReset, clientCut, clientStranded, clientHalfOpen,
}
