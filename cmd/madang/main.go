// Command madang runs the forum and the errands around it: one program, one
// port, one folder of data. Each flag is also read from a MADANG_ variable.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"madang/app"
	"madang/app/web"
)

// commands are what may stand after "madang".
type commands struct {
	Serve   serveCommand   `cmd:"" help:"Run the forum until a signal ends it."`
	Migrate migrateCommand `cmd:"" help:"Bring the database to the schema of this program."`
	Invite  inviteCommand  `cmd:"" help:"Print a single-use invitation link, good for 7 days."`
	Token   tokenCommand   `cmd:"" help:"Print a bearer token for a persona, good for a year, which the persona can revoke."`
	Backup  backupCommand  `cmd:"" help:"Write all that the database holds into a file, while the forum runs."`
	Restore restoreCommand `cmd:"" help:"Put a backup in the place of all that the database holds."`
	Drill   drillCommand   `cmd:"" help:"Bring a backup back in a scratch place and say what was found."`
	Key     keyCommand     `cmd:"" name:"backup-key" help:"Make a key that opens backups, and print the one that seals them."`
	Doctor  doctorCommand  `cmd:"" help:"Say what is wrong with the installation and what to do about it."`
	Demo    demoCommand    `cmd:"" help:"Fill an empty forum with made-up people and statements, for scripts."`
}

// terminal is where a command speaks: answers that scripts read, and notes. What
// it asks is answered from questions.
type terminal struct {
	answers   io.Writer
	notes     io.Writer
	questions io.Reader
}

func main() {
	os.Exit(run(untilSignalled(), os.Args[1:], terminal{answers: os.Stdout, notes: os.Stderr, questions: os.Stdin}))
}

// untilSignalled ends when a first signal asks for an orderly end. Before it does, signals
// have their usual effect again, so that a second one ends the program at once.
func untilSignalled() context.Context {
	ctx, end := context.WithCancel(context.Background())
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM, os.Interrupt)
	go func() {
		<-asked
		signal.Stop(asked)
		end()
	}()
	return ctx
}

// run carries out one command line and returns the exit status: 0 when done, 1
// when it could not be done, 3 or 4 after a diagnosis. Kong itself ends the program with 80 on a command
// line it can't read.
func run(ctx context.Context, args []string, term terminal) int {
	var line commands
	parser := kong.Must(&line,
		kong.Name("madang"),
		kong.Description("A forum in which scholars, civil society and survivors write norms together."),
		kong.UsageOnError(),
		kong.DefaultEnvars("MADANG"),
		kong.Writers(term.answers, term.notes),
	)
	chosen, err := parser.Parse(args)
	parser.FatalIfErrorf(err)
	chosen.BindTo(ctx, (*context.Context)(nil))
	if err := chosen.Run(term); err != nil {
		fmt.Fprintln(term.notes, "madang:", sentence(err))
		return statusOf(err)
	}
	return 0
}

// sentence tells people what went wrong: in the catalogue's words where it has any.
func sentence(err error) string {
	if app.IsCode(err, "storage.full") {
		return web.Sentence("en", app.Invalid("doctor.database.full"))
	}
	var refusal *app.Error
	if !errors.As(err, &refusal) || refusal.Kind == app.KindUnavailable {
		return err.Error()
	}
	return web.Sentence("en", refusal)
}
