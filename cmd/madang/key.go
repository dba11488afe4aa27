package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"filippo.io/age"

	"madang/app"
)

// keyCommand makes a pair of keys for backups, for a steward who has no other tool for it:
// what age-keygen makes.
type keyCommand struct {
	File string `arg:"" help:"Where to write the key that opens backups. It must not exist yet."`
}

// Run writes the key that opens into a file for its owner alone, and prints the one that seals.
// Where the disk is full no part of a key is left.
func (c *keyCommand) Run(_ context.Context, term terminal) error {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	file, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(file, "# This key opens backups of Madang that were sealed to\n# %s\n%s\n", key.Recipient(), key)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(c.File))
	}
	fmt.Fprintf(term.notes, "%s opens the backups that are sealed to the key below. Keep it away from this machine, in two places, and never lose it: nobody can open them without it.\n", c.File)
	fmt.Fprintln(term.answers, key.Recipient())
	return nil
}

// sealing says to whom backups are sealed.
type sealing struct {
	To []string `placeholder:"age1..." help:"A key to seal the backup to, of those that begin with age1; several are several people who can each open it. Default: none, and whoever finds the backup can read it."`
}

// readRecipients reads keys that seal.
func readRecipients(keys []string) ([]age.Recipient, error) {
	var list []age.Recipient
	for _, key := range keys {
		recipient, err := readRecipient(key)
		if err != nil {
			return nil, fmt.Errorf("%q is no key to seal to: it begins with age1; `madang backup-key FILE` makes one", key)
		}
		list = append(list, recipient)
	}
	return list, nil
}

// readRecipient reads one key, of those that there are: X25519, or with ML-KEM-768 beside it.
func readRecipient(key string) (age.Recipient, error) {
	if recipient, err := age.ParseX25519Recipient(key); err == nil {
		return recipient, nil
	}
	return age.ParseHybridRecipient(key)
}

// readIdentities reads keys that open.
func readIdentities(path string) ([]age.Identity, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	keys, err := age.ParseIdentities(file)
	if err != nil {
		return nil, fmt.Errorf("%s holds no key that opens backups: it begins with AGE-SECRET-KEY-1; one under a passphrase has to be opened with age first", path)
	}
	return keys, nil
}

// sealed is a writer whose words only the keys can open; without keys it is the writer.
func sealed(w io.Writer, to []age.Recipient) (io.WriteCloser, error) {
	if len(to) == 0 {
		return nothingToClose{w}, nil
	}
	return age.Encrypt(w, to...)
}

type nothingToClose struct{ io.Writer }

func (nothingToClose) Close() error { return nil }

// sealedMark begins every file that age sealed (age-encryption.org/v1).
const sealedMark = "age-encryption.org/v1\n"

// opened is a backup that can be read and read again.
type opened struct {
	io.ReadSeeker
	file     *os.File
	size     int64
	isSealed bool
}

func (o opened) Close() error { return o.file.Close() }

// openBackup opens a backup, sealed or not. A sealed one needs the file with the key:
// Invalid "backup.sealed" without it, "backup.key" if it is another.
func openBackup(path, identity string) (opened, error) {
	file, err := os.Open(path)
	if err != nil {
		return opened{}, err
	}
	o := opened{ReadSeeker: file, file: file}
	if err := o.unseal(identity); err != nil {
		return opened{}, errors.Join(err, file.Close())
	}
	return o, nil
}

func (o *opened) unseal(identity string) error {
	info, err := o.file.Stat()
	if err != nil {
		return err
	}
	o.size = info.Size()
	mark := make([]byte, len(sealedMark))
	if n, _ := o.file.ReadAt(mark, 0); string(mark[:n]) != sealedMark {
		return nil
	}
	o.isSealed = true
	if identity == "" {
		return app.Invalid("backup.sealed")
	}
	keys, err := readIdentities(identity)
	if err != nil {
		return err
	}
	words, size, err := age.DecryptReaderAt(o.file, o.size, keys...)
	var other *age.NoIdentityMatchError
	switch {
	case errors.As(err, &other):
		return app.Invalid("backup.key")
	case err != nil:
		return app.Invalid("backup.damaged", "what", err.Error())
	}
	o.ReadSeeker = io.NewSectionReader(words, 0, size)
	return nil
}
