// Package network is the network between the members of a cluster, and between clients and members. Its TCP
// connections pass through this process. Each direction of each pair is a Link that can be cut, delayed and throttled
// on its own. The connections of a pair can be reset, and those of a client can be left half-open.
//
//	            PeerNetwork: one SOCKS5 proxy                         ClientLink: one (client, member) pair
//
//	   n1 dials n2.peer:2380                 n2                    client                           member
//	 +----+   socks5://n1:x@proxy          +----+                 +------+                          +----+
//	 | n1 |======> link n1 -> n2 =========>| n2 |                 |      |=======> Up =============>|    |
//	 |    |<====== link n2 -> n1 <=========|    |                 |      |<====== Down <============|    |
//	 +----+                                +----+                 +------+                          +----+
//	   n2 dials n1.peer:2380: the same two links
//	 +----+   socks5://n2:x@proxy          +----+
//	 | n2 |======> link n2 -> n1 =========>| n1 |
//	 |    |<====== link n1 -> n2 <=========|    |
//	 +----+                                +----+
//
//	a stream at rest: src socket --read--> 64 KiB ---------------------[ gate of the Link ]--write--> dst socket
//	under a Shape:    src socket --read--> queue --[ due? ]--[ rate? ]-[ the same gate ]-----write--> dst socket
//	EOF, reset:       behind all bytes, by the same way ---------------[ the same gate ]--> half-close, reset
//	Reset:            RST <------------------------ to both ends at once -------------------------------> RST
//	HalfOpen:         client --read--> nowhere                                                            RST
//
// A stream uses its queue while its link has a shape. It passes the queue again when the link has none and the queue
// is empty, so that the order is kept. A cut stops both ways: it is one gate. An idle stream has no buffer, nothing
// in its queue and no goroutine but the one that waits for its next byte.
//
// Whose link a byte belongs to is decided by where it physically flows, not by who dialled. Link(i, j) governs what i
// sends on connections that it dialled to j, and what i answers on connections that j dialled to it. Deciding by the
// dialler would be wrong: etcd sends raft messages from j to i as the response body of a GET that i dialled
// (/raft/stream/...), and snapshots from i to j as the body of a POST that i dialled. Stopping "the connections of i"
// would stop both; stopping only what diallers send would let every heartbeat of j through.
//
// Bytes are stalled and never dropped. A proxy that drops bytes in the middle of a stream hands the receiver half a
// message followed by the middle of another (etcd#15595); TCP retransmits instead, and so the bytes arrive after the
// heal, in order. While a link is cut the sender's and the proxy's buffers fill and then the sender blocks, as with
// TCP. The end of a stream and a reset are held back too: a member that was killed behind a cut link is not known to be
// dead on the other side.
//
// Everything that reaches a destination passes Link.enter; a fault that stops bytes belongs there. One that delays them
// belongs in Link.hold, and one that throttles them in Link.pace.
package network
