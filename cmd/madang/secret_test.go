package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestTheSecretIsMadeOnceAndOnlyItsOwnerMayReadIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "secret")
	first, err := openSecret(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := openSecret(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, again) {
		t.Error("a second start found another secret")
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("the secret file has mode %o, want 600", mode)
	}
}

func TestNodesThatStartAtOnceAgreeOnOneSecret(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	secrets := make([]string, 16)
	var nodes sync.WaitGroup
	for i := range secrets {
		nodes.Go(func() {
			secret, err := openSecret(path)
			if err != nil {
				t.Error(err)
			}
			secrets[i] = string(secret)
		})
	}
	nodes.Wait()
	for _, secret := range secrets {
		if secret != secrets[0] {
			t.Fatal("two nodes hold different secrets")
		}
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".secret-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("drafts of the secret were left behind: %v %v", left, err)
	}
}

func TestASpoiltSecretFileIsRefusedAndNotReplaced(t *testing.T) {
	for name, text := range map[string]string{
		"empty":     "",
		"too short": "abcd\n",
		"no digits": strings.Repeat("z", 2*secretSize),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "secret")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := openSecret(path); err == nil {
				t.Fatal("accepted")
			}
			kept, err := os.ReadFile(path)
			if err != nil || string(kept) != text {
				t.Errorf("the file was changed to %q (%v)", kept, err)
			}
		})
	}
}
