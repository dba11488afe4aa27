package main

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// diagnose runs the doctor and returns what it said and its exit status.
func diagnose(t *testing.T, words ...string) (said string, status int) {
	t.Helper()
	said, err := madang(t, append([]string{"doctor"}, words...)...)
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		status = ended.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	return said, status
}

func TestTheDoctorSaysWhatIsWrongAndWhatToDo(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		said, status := diagnose(t, flags...)
		if status != 3 && status != 4 || !strings.Contains(said, "There has never been a backup. Make a key (madang backup-key FILE)") {
			t.Errorf("status %d:\n%s", status, said)
		}
		key, recipient := newKey(t)
		file := key + ".backup"
		mustMadang(t, withFlags(flags, "backup", "--to", recipient, file)...)
		mustMadang(t, withFlags(flags, "drill", "--identity", key, file)...)
		said, _ = diagnose(t, withFlags(flags, "--json")...)
		for _, well := range []string{`"area":"backup","grade":"fine"`, `"area":"drill","grade":"fine"`, `"area":"database","grade":"fine"`, `"area":"clock","grade":"fine"`} {
			if !strings.Contains(said, well) {
				t.Errorf("it doesn't say %s:\n%s", well, said)
			}
		}
		if strings.Contains(said, "doctor.database") {
			t.Errorf("a sound database is ill:\n%s", said)
		}
		mustMadang(t, withFlags(flags, "backup", file)...)
		if said, _ := diagnose(t, flags...); !strings.Contains(said, "The last backup isn't sealed") {
			t.Errorf("a backup that anybody reads:\n%s", said)
		}
	})
}

func TestTheDoctorFindsWhatIsBroken(t *testing.T) {
	data := t.TempDir()
	mustMadang(t, "migrate", "--data", data)
	mustMadang(t, "invite", "--role", "steward", "--data", data)
	if err := os.Chmod(data+"/secret", 0o644); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		words []string
		code  string
	}{
		"no database":            {[]string{"--data", t.TempDir()}, "doctor.database.missing"},
		"a database that's gone": {[]string{"--data", data, "--database-url", "postgres://madang:topsecret@127.0.0.1:1/madang"}, "doctor.database.away"},
		"an open secret":         {[]string{"--data", data}, "doctor.folder.open"},
		"no Redis":               {[]string{"--data", data, "--redis-url", "redis://127.0.0.1:1"}, "doctor.redis"},
		"no mail server":         {[]string{"--data", data, "--base-url", "https://forum.example", "--mail-server", "smtp://127.0.0.1:1"}, "doctor.mail.away"},
		"no Chromium":            {[]string{"--data", data, "--chromium", "/nowhere/chromium"}, "doctor.chromium"},
		"an address without TLS": {[]string{"--data", data, "--base-url", "http://forum.example"}, "doctor.settings.plain"},
		"nobody to seal to":      {[]string{"--data", data, "--backup-dir", t.TempDir()}, "doctor.settings"},
	} {
		said, status := diagnose(t, append(c.words, "--json")...)
		if status != 3 && status != 4 || !strings.Contains(said, `"code":"`+c.code+`"`) || strings.Contains(said, "topsecret") {
			t.Errorf("%s: status %d:\n%s", what, status, said)
		}
	}
}
