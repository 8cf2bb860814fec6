package frozen

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"aftershock/internal/clock"
)

var errTimeout = errors.New("no answer before the deadline")

// client sends the requests of many workers over a few connections: thousands are in flight during a freeze, and with a
// connection each they would run into the limit on open files.
type client struct {
	conns   []*clientConn
	answers []chan uint64 // by worker
	reading sync.WaitGroup
}

type clientConn struct {
	net.Conn
	write sync.Mutex
}

func dial(addr string, conns, workers int) (*client, error) {
	c := &client{answers: make([]chan uint64, workers)}
	for w := range c.answers {
		c.answers[w] = make(chan uint64, 1)
	}
	for range conns {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			return nil, errors.Join(err, c.Close())
		}
		c.conns = append(c.conns, &clientConn{Conn: conn})
		c.reading.Go(func() { c.read(conn) })
	}
	return c, nil
}

// read hands answers to their workers; an answer that no worker waits for any more is dropped.
func (c *client) read(conn net.Conn) {
	in := bufio.NewReader(conn)
	var answer [requestSize]byte
	for {
		if _, err := io.ReadFull(in, answer[:]); err != nil {
			return
		}
		id := binary.LittleEndian.Uint64(answer[:])
		select {
		case c.answers[id>>32] <- id:
		default:
		}
	}
}

// call sends a worker's n-th request and waits for its answer.
func (c *client) call(worker, n int, deadline clock.Nanos) error {
	id := uint64(worker)<<32 | uint64(uint32(n))
	var request [requestSize]byte
	binary.LittleEndian.PutUint64(request[:], id)
	conn := c.conns[worker%len(c.conns)]
	conn.write.Lock()
	_, err := conn.Write(request[:])
	conn.write.Unlock()
	if err != nil {
		return err
	}
	timeout := time.NewTimer(deadline.Sub(clock.Now()))
	defer timeout.Stop()
	for {
		select {
		case got := <-c.answers[worker]:
			if got == id { // and not the answer to an earlier request that timed out
				return nil
			}
		case <-timeout.C:
			return errTimeout
		}
	}
}

func (c *client) Close() (err error) {
	for _, conn := range c.conns {
		err = errors.Join(err, conn.Close())
	}
	c.reading.Wait()
	return err
}
