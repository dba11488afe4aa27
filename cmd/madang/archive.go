package main

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"madang/app"
)

// archive is the folder in which a forum keeps its backups. Other files in it are left alone.
type archive struct{ folder string }

// kept is a backup in an archive.
type kept struct {
	path string
	at   time.Time // when it was begun
}

// stamp is how the time stands in the name of a backup, so that names are in the order of times.
const stamp = "20060102T150405Z"

// nameOf is that of a backup which is begun at a time.
func (a archive) nameOf(at time.Time) string {
	return filepath.Join(a.folder, "madang-"+at.UTC().Format(stamp)+".backup")
}

// list returns the backups, newest first.
func (a archive) list() ([]kept, error) {
	entries, err := os.ReadDir(a.folder)
	if err != nil {
		return nil, err
	}
	var list []kept
	for _, e := range entries {
		middle, isBackup := strings.CutSuffix(e.Name(), ".backup")
		middle, isOurs := strings.CutPrefix(middle, "madang-")
		at, err := time.Parse(stamp, middle)
		if isBackup && isOurs && err == nil && e.Type().IsRegular() {
			list = append(list, kept{filepath.Join(a.folder, e.Name()), at})
		}
	}
	slices.SortFunc(list, func(x, y kept) int { return cmp.Compare(y.path, x.path) })
	return list, nil
}

// newest returns the newest backup, or Invalid "drill.none" if there is none.
func (a archive) newest() (kept, error) {
	if a.folder == "" {
		return kept{}, errors.New("which backup? Name a file, or the folder with --backup-dir")
	}
	list, err := a.list()
	if err != nil {
		return kept{}, err
	}
	if len(list) == 0 {
		return kept{}, app.Invalid("drill.none")
	}
	return list[0], nil
}

// forget removes backups that were begun before a time, but never the newest.
func (a archive) forget(before time.Time) error {
	list, err := a.list()
	if err != nil {
		return err
	}
	for _, old := range list[min(1, len(list)):] {
		if old.at.Before(before) {
			err = errors.Join(err, os.Remove(old.path))
		}
	}
	return err
}

// sweep removes what a backup left that was ended before it was whole. No other may be
// under way.
func (a archive) sweep() error {
	left, err := filepath.Glob(filepath.Join(a.folder, ".madang-*.backup.partial-*"))
	for _, path := range left {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}
