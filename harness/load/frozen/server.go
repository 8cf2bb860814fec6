package frozen

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"aftershock/internal/clock"
)

// requestSize is the length of a request, and of the answer, which is the same bytes.
const requestSize = 8

// Server answers on 127.0.0.1 until it is frozen. It keeps its connections then, like a process that was stopped.
type Server struct {
	listener net.Listener
	answer   sync.RWMutex // held for writing while frozen
	serving  sync.WaitGroup

	mu    sync.Mutex
	conns []net.Conn
}

// Listen starts a server on a port that the kernel chooses.
func Listen() (*Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{listener: l}
	s.serving.Go(s.accept)
	return s, nil
}

// Addr is where it listens.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Freeze stops all answers for that long, or until the context ends, and gives the span in which there really were
// none.
func (s *Server) Freeze(ctx context.Context, length time.Duration) (from, to clock.Nanos) {
	s.answer.Lock()
	defer s.answer.Unlock()
	from = clock.Now()
	thaw := time.NewTimer(length)
	defer thaw.Stop()
	select {
	case <-thaw.C:
	case <-ctx.Done():
	}
	return from, clock.Now()
}

// Close ends all connections and waits for what served them.
func (s *Server) Close() error {
	err := s.listener.Close()
	s.mu.Lock()
	for _, c := range s.conns {
		err = errors.Join(err, c.Close())
	}
	s.conns = nil
	s.mu.Unlock()
	s.serving.Wait()
	return err
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil { // closed
			return
		}
		s.mu.Lock()
		s.conns = append(s.conns, conn)
		s.mu.Unlock()
		s.serving.Go(func() { s.serve(conn) })
	}
}

// serve answers in batches when requests have piled up: after the thaw the generator is to be measured, and not how
// long thousands of system calls take.
func (s *Server) serve(conn net.Conn) {
	in, out := bufio.NewReader(conn), bufio.NewWriter(conn)
	var request [requestSize]byte
	for {
		if _, err := io.ReadFull(in, request[:]); err != nil {
			return
		}
		if err := s.reply(out, request[:], in.Buffered() < requestSize); err != nil {
			return
		}
	}
}

func (s *Server) reply(out *bufio.Writer, request []byte, last bool) error {
	s.answer.RLock()
	defer s.answer.RUnlock()
	if _, err := out.Write(request); err != nil || !last {
		return err
	}
	return out.Flush()
}
