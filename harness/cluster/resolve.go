package cluster

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"net"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// resolvePeers lets the names of the peer network resolve in this process, each to an address of its own without a
// listener.
//
// A member that joins a running cluster compares its peer URLs with those of each other member. Two that differ might
// still be the same host, so etcd looks both up, tries again for 30 s when that fails, and then refuses to join
// (netutil.URLStringsEqual in pkg/v3; ValidateClusterAndAssignIDs in server/v3/etcdserver/api/membership). Nothing is
// dialled by these addresses: the peer network is told the name.
func resolvePeers() {
	net.DefaultResolver = &net.Resolver{
		PreferGo: true,
		Dial:     func(context.Context, string, string) (net.Conn, error) { return &nameServer{}, nil },
	}
}

// nameServer is a connection to a DNS server that answers as fast as it is asked. It is no net.PacketConn, so messages
// have their length before them, as over TCP (RFC 1035, section 4.2.2).
type nameServer struct{ answers bytes.Buffer }

func (s *nameServer) Write(query []byte) (int, error) {
	if len(query) < 2 {
		return 0, net.ErrClosed
	}
	answer, err := answerName(query[2:])
	if err != nil {
		return 0, err
	}
	s.answers.Write(binary.BigEndian.AppendUint16(nil, uint16(len(answer))))
	s.answers.Write(answer)
	return len(query), nil
}

func (s *nameServer) Read(into []byte) (int, error)  { return s.answers.Read(into) }
func (*nameServer) Close() error                     { return nil }
func (*nameServer) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (*nameServer) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (*nameServer) SetDeadline(time.Time) error      { return nil }
func (*nameServer) SetReadDeadline(time.Time) error  { return nil }
func (*nameServer) SetWriteDeadline(time.Time) error { return nil }

// answerName answers a question for an IPv6 address, and any other with none.
func answerName(query []byte) ([]byte, error) {
	var parser dnsmessage.Parser
	header, err := parser.Start(query)
	if err != nil {
		return nil, err
	}
	question, err := parser.Question()
	if err != nil {
		return nil, err
	}
	answer := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: header.ID, Response: true, RecursionAvailable: true},
		Questions: []dnsmessage.Question{question},
	}
	if question.Type == dnsmessage.TypeAAAA {
		answer.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: question.Name, Class: dnsmessage.ClassINET},
			Body:   &dnsmessage.AAAAResource{AAAA: addressOf(question.Name.String())},
		}}
	}
	return answer.Pack()
}

// addressOf is a name's unique local address (RFC 4193): two names must not have the same.
func addressOf(name string) (address [16]byte) {
	digest := sha256.Sum256([]byte(name))
	copy(address[:], digest[:])
	address[0] = 0xfd
	return address
}
