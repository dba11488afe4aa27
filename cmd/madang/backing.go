package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"

	"madang/app"
	"madang/app/upkeep"
)

// backing is how a node makes backups by itself, and drills with them.
type backing struct {
	BackupDir       string        `placeholder:"FOLDER" help:"Where this node keeps backups that it makes by itself; a folder that no other forum uses. Default: it makes none."`
	BackupRecipient []string      `placeholder:"age1..." help:"A key to seal them to, made by \"madang backup-key\"; several are several people who can each open them."`
	BackupEvery     time.Duration `default:"24h" placeholder:"DURATION" help:"How often to make one. Default: 24h."`
	BackupKeep      time.Duration `default:"840h" placeholder:"DURATION" help:"How long to keep them; the newest always stays. Default: 840h, which are 35 days."`
	DrillIdentity   string        `placeholder:"FILE" help:"A key that opens them, for drills. Default: no drills; run \"madang drill\" where the key is."`
	DrillEvery      time.Duration `default:"168h" placeholder:"DURATION" help:"How often to bring the newest back in a scratch place and check it. Default: 168h, which is a week."`
}

// shortestBackup is how often a backup may be made at most.
const shortestBackup = time.Second

// Validate refuses what would make no backups, or such as anybody can read.
func (b backing) Validate() error {
	if b.BackupDir == "" {
		if len(b.BackupRecipient) > 0 || b.DrillIdentity != "" {
			return errors.New("--backup-recipient and --drill-identity need --backup-dir, the folder for the backups")
		}
		return nil
	}
	if len(b.BackupRecipient) == 0 {
		return errors.New("--backup-dir needs --backup-recipient: backups lie about for long, and nobody who finds one should be able to read it; `madang backup-key FILE` makes a key")
	}
	if b.BackupEvery < shortestBackup || b.BackupKeep < b.BackupEvery || b.DrillEvery < shortestBackup {
		return errors.New("--backup-every and --drill-every are at least 1s, and --backup-keep is at least as long as --backup-every")
	}
	return nil
}

// backer makes backups and drills when they are due.
type backer struct {
	backing
	*forum
	archive archive
	to      []age.Recipient
	scratch string
	log     *slog.Logger
	// retry is when to try again what went wrong.
	retry map[upkeep.Task]time.Time
}

// newBacker checks keys and folder, so that a mistake is known at the start and not on
// the day a backup is needed. It is nil if the node makes no backups.
func (b backing) newBacker(f *forum, p place, log *slog.Logger) (*backer, error) {
	if b.BackupDir == "" {
		return nil, nil
	}
	to, err := readRecipients(b.BackupRecipient)
	if err != nil {
		return nil, err
	}
	if b.DrillIdentity != "" {
		if _, err := readIdentities(b.DrillIdentity); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(b.BackupDir, 0o700); err != nil {
		return nil, err
	}
	return &backer{
		backing: b, forum: f, archive: archive{b.BackupDir}, to: to, scratch: filepath.Join(p.Data, "drill"), log: log,
		retry: map[upkeep.Task]time.Time{},
	}, nil
}

// keep makes backups and drills until it is stopped.
func (b *backer) keep(ctx context.Context) (stop func()) {
	return beside(ctx, func(ctx context.Context) {
		tick := time.NewTicker(min(time.Minute, max(b.BackupEvery/4, shortestBackup/4)))
		defer tick.Stop()
		for {
			b.round(ctx)
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	})
}

func (b *backer) round(ctx context.Context) {
	b.attempt(ctx, upkeep.Backup, b.BackupEvery, b.backUpIfDue)
	if b.DrillIdentity != "" {
		b.attempt(ctx, upkeep.Drill, b.DrillEvery, b.drillIfDue)
	}
}

// attempt does a task, and after a failure waits for a while: ten minutes, or less if it
// is done more often than that anyway.
func (b *backer) attempt(ctx context.Context, task upkeep.Task, every time.Duration, do func(context.Context, time.Time) error) {
	now := app.SystemClock()
	if now.Before(b.retry[task]) {
		return
	}
	err := do(ctx, now)
	if err == nil || ctx.Err() != nil {
		return
	}
	b.retry[task] = now.Add(min(every, 10*time.Minute))
	if app.KindOf(err) != app.KindBusy || app.IsCode(err, "backup.full") {
		b.log.Error(string(task)+" failed", "err", err)
	}
}

// backUpIfDue makes a backup if the newest in the folder is old enough, and then forgets
// old ones: where none can be made none is forgotten.
func (b *backer) backUpIfDue(ctx context.Context, now time.Time) error {
	if isDue, err := b.isDue(now); err != nil || !isDue {
		return err
	}
	release, err := b.db.Claim(ctx, "backup")
	if err != nil {
		return err
	}
	defer release()
	// Another node that shares the folder may have been quicker.
	if isDue, err := b.isDue(now); err != nil || !isDue {
		return err
	}
	if err := b.archive.sweep(); err != nil {
		return err
	}
	begun := app.SystemClock()
	if err := backUp(ctx, b.db, b.archive.nameOf(begun), b.to, func(string, int64) {}); err != nil {
		return err
	}
	b.log.Info("backed up", "duration", app.SystemClock().Sub(begun))
	return b.archive.forget(now.Add(-b.BackupKeep))
}

func (b *backer) isDue(now time.Time) (bool, error) {
	list, err := b.archive.list()
	return err == nil && (len(list) == 0 || !now.Before(list[0].at.Add(b.BackupEvery))), err
}

// drillIfDue drills with the newest backup if none was made use of for long enough.
func (b *backer) drillIfDue(ctx context.Context, now time.Time) error {
	logs, err := b.upkeep.Logs(ctx)
	if err != nil || now.Before(logs[upkeep.Drill].LastGood.At.Add(b.DrillEvery)) {
		return err
	}
	newest, err := b.archive.newest()
	if err != nil {
		return err
	}
	found, err := drillAndNote(ctx, b.db, drill{newest.path, b.DrillIdentity, b.scratch})
	if found != nil {
		for _, problem := range found.Problems {
			b.log.Error("the drill found something", "reason", problem)
		}
	}
	if err == nil {
		b.log.Info("drilled", "duration", time.Duration(found.Milliseconds)*time.Millisecond)
	}
	return err
}
