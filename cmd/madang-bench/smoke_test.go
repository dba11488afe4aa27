package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

func TestTwentyPeopleWriteAndHundredsReadTheSame(t *testing.T) {
	if _, err := os.Stat("../../static/dist/manifest.json"); err != nil {
		t.Fatal("the browser's part is not built, and the program embeds it: run `make build` first")
	}
	s := &stage{folder: t.TempDir()}
	s.madang = filepath.Join(s.folder, "madang")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", s.madang, "../madang").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	folder, _ := s.prepared(madang{}.name())
	data := filepath.Join(folder, "data")
	if err := os.MkdirAll(data, 0o755); err != nil {
		t.Fatal(err)
	}
	made, err := exec.CommandContext(t.Context(), s.madang, "demo", "--data", data, "--personas", "45", "--statements", "1").Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "forum"), made, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := madang{}.start(t.Context(), s, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.stop()
	paragraphs, err := paragraphs(roomWriters, 400)
	if err != nil {
		t.Fatal(err)
	}
	if err := fill(t.Context(), r, 0, paragraphs); err != nil {
		t.Fatal(err)
	}
	got, err := measureTyping(t.Context(), r, typing{
		docs: []int{0}, writers: roomWriters, readers: 180, texts: 3, pace: 5, warm: time.Second, window: time.Second,
	})
	if err != nil {
		t.Fatalf("%v; the server said: %s", err, r.processes[0].log.text())
	}
	for _, key := range []string{"p50", "p99", "ack50", "ack99"} {
		if got[key] <= 0 {
			t.Errorf("%s was not measured: %v", key, got)
		}
	}
}
