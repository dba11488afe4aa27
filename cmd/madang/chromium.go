package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"madang/app"
)

const (
	// printTime bounds one PDF. A text of 300 clauses takes some 3 s, with the start of
	// the browser.
	printTime = 30 * time.Second
	// mostPrints is how many people may wait for a PDF, with the one whose turn it is.
	mostPrints = 4
)

// chromium prints pages to PDF with a Chromium of the operator's, in its own sandbox,
// without a network, one page at a time.
type chromium struct {
	path  string
	turn  chan struct{} // has one place
	queue chan struct{} // has mostPrints
}

// newChromium finds the program, so that a wrong path is known at the start and not by
// the first reader.
func newChromium(path string) (*chromium, error) {
	found, err := exec.LookPath(path)
	if err != nil {
		return nil, fmt.Errorf("--chromium: %w", err)
	}
	return &chromium{path: found, turn: make(chan struct{}, 1), queue: make(chan struct{}, mostPrints)}, nil
}

// Print implements web.Printer.
func (c *chromium) Print(ctx context.Context, page []byte) ([]byte, error) {
	select {
	case c.queue <- struct{}{}:
		defer func() { <-c.queue }()
	default:
		return nil, app.Busy("pdf.busy")
	}
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return nil, app.Busy("pdf.busy")
	}
	pdf, err := c.print(ctx, page)
	if err != nil {
		return nil, &app.Error{Kind: app.KindUnavailable, Code: "pdf.failed", Err: err}
	}
	return pdf, nil
}

// print works in a folder that only this program may read, and leaves nothing of it.
func (c *chromium) print(ctx context.Context, page []byte) (pdf []byte, err error) {
	folder, err := os.MkdirTemp("", "madang-print-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	from, to := filepath.Join(folder, "page.html"), filepath.Join(folder, "page.pdf")
	if err := os.WriteFile(from, page, 0o600); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, printTime)
	defer cancel()
	said, err := c.command(ctx, folder, from, to).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("chromium: %w: %s", err, lastLine(said))
	}
	if pdf, err = os.ReadFile(to); err != nil {
		return nil, fmt.Errorf("chromium printed nothing: %s", lastLine(said))
	}
	return pdf, nil
}

// command gives the browser nothing of this program's environment, where secrets may be,
// and no host that it could reach. What is left of it when the time is up ends with it:
// it is several processes, which are one group.
func (c *chromium) command(ctx context.Context, folder, from, to string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.path,
		"--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions", "--disable-sync",
		"--disable-background-networking", "--disable-component-update", "--disable-breakpad", "--disable-dev-shm-usage",
		"--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9", "--proxy-bypass-list=<-loopback>",
		"--user-data-dir="+filepath.Join(folder, "profile"),
		"--no-pdf-header-footer", "--generate-pdf-document-outline", "--print-to-pdf="+to, "file://"+from)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "TMPDIR=" + folder, "LANG=C.UTF-8"}
	cmd.Dir = folder
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	return cmd
}

// lastLine is the end of what a program said, for the log.
func lastLine(said []byte) []byte {
	said = bytes.TrimSpace(said)
	return said[bytes.LastIndexByte(said, '\n')+1:]
}
