package upkeep

import (
	"errors"
	"testing"
	"time"

	"madang/app"
)

var now = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

func ago(d time.Duration) Deed { return Deed{At: now.Add(-d), IsSealed: true} }

func failed(d Deed) Deed {
	d.Problem = "backup.full"
	return d
}

func code(f Finding) string {
	if f.What == nil {
		return ""
	}
	return f.What.Code
}

func TestAStewardIsToldWhenBackupsStop(t *testing.T) {
	const day = 24 * time.Hour
	plain := ago(time.Hour)
	plain.IsSealed = false
	for _, c := range []struct {
		log   Log
		grade Grade
		code  string
	}{
		{Log{}, Warning, "doctor.backup.none"},
		{Log{failed(ago(0)), Deed{}}, Fault, "doctor.backup.failed"},
		{Log{failed(ago(0)), ago(time.Hour)}, Fault, "doctor.backup.failed"},
		{Log{ago(3 * day), ago(3 * day)}, Fault, "doctor.backup.old"},
		{Log{plain, plain}, Warning, "doctor.backup.plain"},
		{Log{ago(day), ago(day)}, Fine, ""},
	} {
		if f := Backups(c.log, day, now); f.Grade != c.grade || code(f) != c.code {
			t.Errorf("%+v: %+v", c.log, f)
		}
	}
}

func TestABackupThatWasNeverBroughtBackIsAWarning(t *testing.T) {
	for _, c := range []struct {
		log   Log
		grade Grade
		code  string
	}{
		{Log{}, Warning, "doctor.drill.none"},
		{Log{failed(ago(0)), ago(time.Hour)}, Fault, "doctor.drill.failed"},
		{Log{ago(36 * 24 * time.Hour), ago(36 * 24 * time.Hour)}, Warning, "doctor.drill.old"},
		{Log{ago(time.Hour), ago(time.Hour)}, Fine, ""},
	} {
		if f := Drills(c.log, now); f.Grade != c.grade || code(f) != c.code {
			t.Errorf("%+v: %+v", c.log, f)
		}
	}
}

func TestRoomClockAndFoldersAreJudged(t *testing.T) {
	for name, c := range map[string]struct {
		got  Finding
		want Grade
	}{
		"plenty of room":    {Disk("data", 10<<30), Fine},
		"little room":       {Disk("data", 1<<30), Warning},
		"no room":           {Disk("data", 1<<20), Fault},
		"a good clock":      {Clock(-time.Second), Fine},
		"a clock behind":    {Clock(-5 * time.Second), Warning},
		"a clock far ahead": {Clock(time.Hour), Fault},
		"mine alone":        {Folder("data", 0o700), Fine},
		"for the group":     {Folder("data", 0o750), Warning},
		"a quiet text":      {Live(Happening{}, Happening{}, now), Fine},
		"a stumble":         {Live(Happening{1, now.Add(-time.Hour)}, Happening{}, now), Warning},
		"an attack":         {Live(Happening{}, Happening{3, now}, now), Warning},
		"long ago":          {Live(Happening{1, now.Add(-8 * 24 * time.Hour)}, Happening{}, now), Fine},
	} {
		if c.got.Grade != c.want || (c.want == Fine) != (c.got.What == nil) {
			t.Errorf("%s: %+v", name, c.got)
		}
	}
	if Worst(nil) != Fine || Worst([]Finding{Clock(time.Hour), Disk("data", 10<<30)}) != Fault {
		t.Error("the worst isn't what counts")
	}
}

func TestADeedRemembersWhatWentWrongByACode(t *testing.T) {
	for want, err := range map[string]error{
		"":              nil,
		"backup.full":   errors.Join(app.Busy("backup.full").Because(errors.New("no space")), errors.New("and more")),
		"backup.failed": errors.New("some words that nobody foresaw"),
	} {
		if got := ProblemOf(Backup, err); got != want {
			t.Errorf("%v is remembered as %q", err, got)
		}
	}
	if got := ProblemOf(Drill, app.Unavailable(errors.New("gone"))); got != "drill.failed" {
		t.Errorf("%q", got)
	}
}
