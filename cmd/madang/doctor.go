package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"madang/app"
	"madang/app/upkeep"
	"madang/app/web"
	"madang/db"
	"madang/realtime"
)

// doctorCommand looks at all that a forum leans on. It takes the settings of serve, and
// leaves everything as it was.
type doctorCommand struct {
	place
	BaseURL  string `name:"base-url" placeholder:"https://..." help:"Address under which people find the forum."`
	RedisURL string `placeholder:"redis://..." help:"Redis that joins several nodes."`
	Chromium string `placeholder:"PATH" help:"A Chromium that makes PDFs of versions."`
	mailing
	backing
	JSON bool `help:"Print a line of JSON for each thing that was looked at."`
}

// Validate lets contradicting settings through: to say what is wrong with them is the
// doctor's task.
func (c *doctorCommand) Validate() error { return nil }

// lookTime bounds one look at something that may not answer.
const lookTime = 10 * time.Second

// A diagnosis ends the program with a status by which scripts know how bad it is.
type diagnosis upkeep.Grade

func (d diagnosis) Error() string {
	if upkeep.Grade(d) == upkeep.Warning {
		return "something should be looked at soon; see above"
	}
	return "something is broken; see above"
}

// ExitCode is 3 after warnings and 4 after faults.
func (d diagnosis) ExitCode() int { return 2 + int(d) }

// Run looks at everything and says what is wrong and what to do.
func (c *doctorCommand) Run(ctx context.Context, term terminal) error {
	found := c.look(ctx)
	for _, f := range found {
		if err := c.tell(term, f); err != nil {
			return err
		}
	}
	if worst := upkeep.Worst(found); worst > upkeep.Fine {
		return diagnosis(worst)
	}
	return nil
}

func (c *doctorCommand) tell(term terminal, f upkeep.Finding) error {
	said := f.Fact
	if f.What != nil {
		said = web.Sentence("en", f.What)
	}
	if c.JSON {
		line := map[string]string{"area": f.Area, "grade": f.Grade.String(), "says": said}
		if f.What != nil {
			line["code"] = f.What.Code
		}
		return json.NewEncoder(term.answers).Encode(line)
	}
	_, err := fmt.Fprintf(term.answers, "%-8s %-9s %s\n", f.Grade, f.Area, said)
	return err
}

// look finds what is to be found. What can't be reached keeps nothing else from being looked at.
func (c *doctorCommand) look(ctx context.Context) []upkeep.Finding {
	found := c.settings()
	found = append(found, c.folders()...)
	found = append(found, c.rooms()...)
	found = append(found, c.database(ctx)...)
	if c.RedisURL != "" {
		found = append(found, lookAtRedis(ctx, c.RedisURL))
	}
	if c.MailServer != "" {
		found = append(found, c.mail(ctx))
	}
	if c.Chromium != "" {
		found = append(found, lookAtChromium(ctx, c.Chromium))
	}
	return found
}

// glance is the part of look that a page can wait for, in a node that runs, and the log that
// it read for that; nil if it couldn't.
func (c *doctorCommand) glance(ctx context.Context, database *db.DB) ([]upkeep.Finding, upkeep.Logs) {
	found := append([]upkeep.Finding{{Area: "database", Fact: database.Name()}}, lookAtRoom(database.Ping(ctx))...)
	if c.RedisURL != "" {
		found = append(found, lookAtRedis(ctx, c.RedisURL))
	}
	inside, logs := lookInside(ctx, database, c.BackupEvery)
	return slices.Concat(found, inside, c.settings(), c.folders(), c.rooms()), logs
}

// settings judges what doesn't need the machine.
func (c *doctorCommand) settings() []upkeep.Finding {
	var found []upkeep.Finding
	if err := c.backing.Validate(); err != nil {
		found = append(found, upkeep.Bad("settings", upkeep.Fault, "settings", "what", err.Error()))
	}
	for _, key := range c.BackupRecipient {
		if _, err := readRecipient(key); err != nil {
			found = append(found, upkeep.Bad("settings", upkeep.Fault, "settings.key"))
		}
	}
	if base, err := url.Parse(c.BaseURL); c.BaseURL != "" && (err != nil || base.Host == "") {
		found = append(found, upkeep.Bad("settings", upkeep.Fault, "settings.address"))
	} else if c.BaseURL != "" && base.Scheme != "https" && !isThisMachine(base.Hostname()) && !strings.HasSuffix(base.Hostname(), ".onion") {
		found = append(found, upkeep.Bad("settings", upkeep.Fault, "settings.plain"))
	}
	if os.Geteuid() == 0 {
		found = append(found, upkeep.Bad("settings", upkeep.Warning, "settings.root"))
	}
	if len(found) == 0 {
		found = append(found, upkeep.Finding{Area: "settings"})
	}
	return found
}

// folders judges who may look into what is the forum's own, and whether it can write there.
func (c *doctorCommand) folders() []upkeep.Finding {
	var found []upkeep.Finding
	for _, f := range []struct{ name, path string }{{"data", c.Data}, {"secret", c.secretPath()}, {"backup", c.BackupDir}} {
		if f.path == "" {
			continue
		}
		info, err := os.Stat(f.path)
		switch {
		case err != nil:
			found = append(found, upkeep.Bad("folders", upkeep.Fault, "folder.missing", "folder", f.name))
		case syscall.Access(f.path, accessWrite) != nil:
			found = append(found, upkeep.Bad("folders", upkeep.Fault, "folder.closed", "folder", f.name))
		default:
			found = append(found, upkeep.Folder(f.name, info.Mode()))
		}
	}
	return found
}

// accessWrite is W_OK of access(2).
const accessWrite = 2

// rooms judges how much room is left on the disks.
func (c *doctorCommand) rooms() []upkeep.Finding {
	var found []upkeep.Finding
	for _, f := range []struct{ name, path string }{{"data", c.Data}, {"backup", c.BackupDir}} {
		if free, err := freeAt(f.path); f.path != "" && err == nil {
			found = append(found, upkeep.Disk(f.name, free))
		}
	}
	return found
}

// freeAt is how many bytes this user may still write where a folder is.
func freeAt(folder string) (int64, error) {
	var disk syscall.Statfs_t
	err := syscall.Statfs(folder, &disk)
	return int64(disk.Bavail) * int64(disk.Bsize), err
}

// database opens nothing that isn't there yet, and migrates nothing.
func (c *doctorCommand) database(ctx context.Context) []upkeep.Finding {
	ctx, cancel := context.WithTimeout(ctx, time.Minute) // a whole SQLite file is read
	defer cancel()
	if c.DatabaseURL == "" {
		if _, err := os.Stat(filepath.Join(c.Data, "madang.db")); err != nil {
			return []upkeep.Finding{upkeep.Bad("database", upkeep.Fault, "database.missing")}
		}
	}
	database, err := db.Open(ctx, db.Config{URL: c.DatabaseURL, Data: c.Data})
	if err != nil {
		return []upkeep.Finding{upkeep.Bad("database", upkeep.Fault, "database.away", "what", c.without(err))}
	}
	defer database.Close()
	found, isUsable := lookAtSchema(ctx, database)
	if !isUsable {
		return []upkeep.Finding{found}
	}
	looked := []upkeep.Finding{found}
	if damage, err := database.Integrity(ctx); err != nil || damage != "" {
		looked = append(looked, upkeep.Bad("database", upkeep.Fault, "database.damaged", "what", cause(err, damage)))
	}
	looked = append(looked, lookAtRoom(database.TryRoom(ctx))...)
	inside, _ := lookInside(ctx, database, c.BackupEvery)
	return append(looked, inside...)
}

// without is an error without the address of the database, which holds a password.
func (c *doctorCommand) without(err error) string {
	if c.DatabaseURL == "" {
		return err.Error()
	}
	return strings.ReplaceAll(err.Error(), c.DatabaseURL, "--database-url")
}

// lookAtSchema reports whether anything else in the database can be understood.
func lookAtSchema(ctx context.Context, database *db.DB) (found upkeep.Finding, isUsable bool) {
	const area = "database"
	schema, err := database.Schema(ctx)
	if err != nil {
		return upkeep.Bad(area, upkeep.Fault, "database.empty"), false
	}
	newest, err := db.NewestSchema()
	switch {
	case err != nil:
		return upkeep.Bad(area, upkeep.Fault, "database.away", "what", err.Error()), false
	case schema > newest:
		return upkeep.Bad(area, upkeep.Fault, "database.newer", "database", schema, "program", newest), false
	case schema < newest:
		return upkeep.Bad(area, upkeep.Warning, "database.older", "database", schema, "program", newest), false
	}
	return upkeep.Finding{Area: area, Fact: fmt.Sprintf("%s, schema %d", database.Name(), schema)}, true
}

// lookAtRoom judges by what trying ended with whether the database has room to write.
func lookAtRoom(tried error) []upkeep.Finding {
	if !app.IsCode(tried, "storage.full") {
		return nil
	}
	return []upkeep.Finding{upkeep.Bad("database", upkeep.Fault, "database.full")}
}

// lookInside judges what only the database knows, and tells at once. It returns the log too,
// nil if that couldn't be read.
func lookInside(ctx context.Context, database *db.DB, every time.Duration) (found []upkeep.Finding, logs upkeep.Logs) {
	if at, err := database.Clock(ctx); err == nil {
		found = append(found, upkeep.Clock(app.SystemClock().Sub(at)))
	}
	logs, err := db.UpkeepStore{DB: database}.Logs(ctx)
	if err != nil {
		return append(found, upkeep.Bad("database", upkeep.Fault, "database.away", "what", err.Error())), nil
	}
	now := app.SystemClock()
	return append(found, upkeep.Backups(logs[upkeep.Backup], every, now), upkeep.Drills(logs[upkeep.Drill], now)), logs
}

func cause(err error, otherwise string) string {
	if err != nil {
		return err.Error()
	}
	return otherwise
}

func lookAtRedis(ctx context.Context, address string) upkeep.Finding {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	if err := realtime.PingRedis(ctx, address); err != nil {
		return upkeep.Bad("redis", upkeep.Warning, "redis")
	}
	return upkeep.Finding{Area: "redis"}
}

// mail only knocks: nothing is sent.
func (c *doctorCommand) mail(ctx context.Context) upkeep.Finding {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	if _, err := c.mailer(c.BaseURL); err != nil {
		return upkeep.Bad("mail", upkeep.Fault, "mail.settings")
	}
	at, err := url.Parse(c.MailServer)
	if err == nil {
		var conn net.Conn
		if conn, err = (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(at.Hostname(), portOf(at))); err == nil {
			err = conn.Close()
		}
	}
	if err != nil {
		return upkeep.Bad("mail", upkeep.Warning, "mail.away")
	}
	return upkeep.Finding{Area: "mail"}
}

// portOf is the port of a mail server: 465 with TLS from the start, else 587 (RFC 8314).
func portOf(at *url.URL) string {
	switch {
	case at.Port() != "":
		return at.Port()
	case at.Scheme == "smtps":
		return "465"
	}
	return "587"
}

func lookAtChromium(ctx context.Context, path string) upkeep.Finding {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	found, err := exec.LookPath(path)
	if err == nil {
		err = exec.CommandContext(ctx, found, "--version").Run()
	}
	if err != nil {
		return upkeep.Bad("chromium", upkeep.Warning, "chromium")
	}
	return upkeep.Finding{Area: "chromium"}
}

// statusOf is the exit status of a command that ended with an error.
func statusOf(err error) int {
	var says interface{ ExitCode() int }
	if errors.As(err, &says) {
		return says.ExitCode()
	}
	return 1
}
