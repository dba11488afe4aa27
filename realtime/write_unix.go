//go:build unix

package realtime

import (
	"errors"
	"syscall"
)

// tryWrite writes as much as the connection takes without waiting.
func tryWrite(raw syscall.RawConn, b []byte) (n int, err error) {
	outer := raw.Write(func(fd uintptr) bool {
		n, err = syscall.Write(int(fd), b)
		return true
	})
	n = max(n, 0)
	if errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.EINTR) {
		err = nil
	}
	return n, errors.Join(outer, err)
}
