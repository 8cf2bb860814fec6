package network

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strconv"
)

// The numbers of RFC 1928 (SOCKS version 5) and RFC 1929 (its user name and password) that are used here.
const (
	socksVersion = 5
	authVersion  = 1

	methodUserPass     = 0x02
	methodUnacceptable = 0xff

	authGranted = 0
	authDenied  = 1

	commandConnect = 1

	addressIPv4   = 1
	addressDomain = 3
	addressIPv6   = 4
)

// replyCode is the REP field of RFC 1928, section 6.
type replyCode byte

const (
	replySucceeded          replyCode = 0
	replyFailure            replyCode = 1
	replyNotAllowed         replyCode = 2
	replyHostUnreachable    replyCode = 4
	replyConnectionRefused  replyCode = 5
	replyCommandUnsupported replyCode = 7
	replyAddressUnsupported replyCode = 8
)

// reply is the answer to a request. The bound address is left at zero: a dialler has no use for it.
func reply(code replyCode) []byte {
	return []byte{socksVersion, byte(code), 0, addressIPv4, 0, 0, 0, 0, 0, 0}
}

// request is who wants to connect to whom. On an error it holds what was read up to there.
type request struct {
	user string
	host string
	port uint16
}

func (r request) target() string {
	if r.host == "" {
		return ""
	}
	return net.JoinHostPort(r.host, strconv.Itoa(int(r.port)))
}

// refused is the error for a dialler that was heard out and told no, as opposed to one that went away.
type refused struct {
	answer []byte
	reason string
}

func (r *refused) Error() string { return r.reason }

func refuse(answer []byte, format string, args ...any) *refused {
	return &refused{answer, fmt.Sprintf(format, args...)}
}

// negotiate speaks the server's part of a SOCKS5 handshake up to and with the request, which it leaves for the caller
// to answer. What it refuses itself is an error of type refused, with the answer that the caller owes. It reads not one
// byte beyond the request, since the dialler's own bytes may follow at once.
//
// The user name says who dials; admit knows whose are good. The password is not looked at: there is no secret between
// processes of one machine that were given the name to tell apart, not to keep out.
func negotiate(rw io.ReadWriter, admit func(user string) error) (request, error) {
	var r request
	if err := chooseMethod(rw); err != nil {
		return r, err
	}
	var err error
	if r.user, err = authenticate(rw, admit); err != nil {
		return r, err
	}
	err = r.read(rw)
	return r, err
}

// chooseMethod reads the greeting: version, number of methods, methods.
func chooseMethod(rw io.ReadWriter) error {
	unacceptable := []byte{socksVersion, methodUnacceptable}
	version, err := readByte(rw)
	if err != nil {
		return err
	}
	if version != socksVersion { // what follows is not in the form that we know
		return refuse(unacceptable, "SOCKS version %d (allowed: %d)", version, socksVersion)
	}
	methods, err := readString(rw)
	if err != nil {
		return err
	}
	if !slices.Contains([]byte(methods), methodUserPass) {
		return refuse(unacceptable, "authentication methods % x (allowed: %02x, user name and password)", methods,
			methodUserPass)
	}
	_, err = rw.Write([]byte{socksVersion, methodUserPass})
	return err
}

// authenticate reads version, length of the user name, user name, length of the password, password.
func authenticate(rw io.ReadWriter, admit func(user string) error) (user string, err error) {
	denied := []byte{authVersion, authDenied}
	version, err := readByte(rw)
	if err != nil {
		return "", err
	}
	if version != authVersion {
		return "", refuse(denied, "authentication version %d (allowed: %d)", version, authVersion)
	}
	if user, err = readString(rw); err != nil {
		return user, err
	}
	if _, err = readString(rw); err != nil {
		return user, err
	}
	if err := admit(user); err != nil {
		return user, refuse(denied, "%v", err)
	}
	_, err = rw.Write([]byte{authVersion, authGranted})
	return user, err
}

// read reads version, command, a reserved byte, type of address, address, port. It reads to the end of a request that
// it refuses where it knows where that is: closing with bytes unread sends a reset, which may overtake the answer.
func (r *request) read(rd io.Reader) error {
	var head [4]byte
	if _, err := io.ReadFull(rd, head[:]); err != nil {
		return err
	}
	if err := r.readAddress(rd, head[3]); err != nil {
		return err
	}
	switch version, command, reserved := head[0], head[1], head[2]; {
	case version != socksVersion || reserved != 0 || r.host == "":
		return refuse(reply(replyFailure), "malformed request: version %d, reserved byte %d, host %q", version, reserved,
			r.host)
	case command != commandConnect:
		return refuse(reply(replyCommandUnsupported), "command %d (allowed: %d, CONNECT)", command, commandConnect)
	case head[3] != addressDomain && !discarded.Contains(netip.MustParseAddr(r.host)):
		return refuse(reply(replyAddressUnsupported), "address %s (allowed: host names of members)", r.target())
	}
	return nil
}

func (r *request) readAddress(rd io.Reader, kind byte) (err error) {
	switch kind {
	case addressDomain:
		r.host, err = readString(rd)
	case addressIPv4:
		var ip [4]byte
		_, err = io.ReadFull(rd, ip[:])
		r.host = netip.AddrFrom4(ip).String()
	case addressIPv6:
		var ip [16]byte
		_, err = io.ReadFull(rd, ip[:])
		r.host = netip.AddrFrom16(ip).String()
	default:
		return refuse(reply(replyAddressUnsupported), "address type %d (allowed: %d, host name)", kind, addressDomain)
	}
	if err != nil {
		return err
	}
	var port [2]byte
	_, err = io.ReadFull(rd, port[:])
	r.port = binary.BigEndian.Uint16(port[:])
	return err
}

func readByte(r io.Reader) (byte, error) {
	var b [1]byte
	_, err := io.ReadFull(r, b[:])
	return b[0], err
}

// readString reads a length of one byte and as many bytes.
func readString(r io.Reader) (string, error) {
	n, err := readByte(r)
	if err != nil {
		return "", err
	}
	b := make([]byte, n)
	_, err = io.ReadFull(r, b)
	return string(b), err
}
