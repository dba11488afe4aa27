// Command madang-bench measures Madang: its collaborative engine, and the whole
// program under the load of many people, beside other servers of the y-websocket
// protocol. It is a tool of development and no part of what is released.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// commands are what may stand after "madang-bench".
type commands struct {
	Load   loadCommand   `cmd:"" help:"Measure Madang beside other servers, under the load of many people."`
	Engine engineCommand `cmd:"" help:"Measure the collaborative engine beside Yjs and its port to WebAssembly."`
	Relay  relayCommand  `cmd:"" help:"Pass frames on between connections, without documents or storage: the floor under every server."`
}

func main() {
	ctx, restore := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	context.AfterFunc(ctx, restore)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run carries out one command line and returns the exit status: 0 when done, 1
// when it could not be done or what was measured does not count.
func run(ctx context.Context, args []string, out, notes io.Writer) int {
	var line commands
	parser := kong.Must(&line,
		kong.Name("madang-bench"),
		kong.Description("Measures Madang and its engine beside others."),
		kong.UsageOnError(),
		kong.Writers(out, notes),
	)
	chosen, err := parser.Parse(args)
	parser.FatalIfErrorf(err)
	chosen.BindTo(ctx, (*context.Context)(nil))
	chosen.BindTo(out, (*io.Writer)(nil))
	if err := chosen.Run(); err != nil {
		fmt.Fprintln(notes, "madang-bench:", err)
		return 1
	}
	return 0
}
