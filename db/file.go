package db

import (
	"context"
	"strings"

	"github.com/jmoiron/sqlx"

	"madang/app"
	"madang/app/consultation"
)

type fileRow struct {
	Owner    app.ID                 `db:"owner"`
	No       int                    `db:"no"`
	Name     string                 `db:"name"`
	KeyID    string                 `db:"key_id"`
	Format   consultation.Format    `db:"format"`
	Size     int                    `db:"size"`
	Width    int                    `db:"width"`
	Height   int                    `db:"height"`
	Remarks  string                 `db:"remarks"`
	State    consultation.FileState `db:"state"`
	Wanted   consultation.FileState `db:"wanted"`
	WantedBy app.ID                 `db:"wanted_by"`
	Why      consultation.Reason    `db:"why"`
	Sentence string                 `db:"sentence"`
}

func (r fileRow) text() (consultation.FileText, error) {
	name, err := unseal(r.KeyID, r.Name)
	text := consultation.FileText{Name: name, Format: r.Format, Size: r.Size, Width: r.Width, Height: r.Height}
	for _, remark := range strings.Fields(r.Remarks) {
		text.Remarks = append(text.Remarks, consultation.Remark(remark))
	}
	return text, err
}

// filesOf lists those of some submissions, by submission.
func filesOf(ctx context.Context, q sqlx.QueryerContext, of []app.ID) (map[app.ID][]consultation.File, error) {
	params, args := listed(1, of)
	return filesWhere(ctx, q, `submission_id IN (`+params+`)`, args...)
}

// filesWhere lists those of the submissions that a condition selects.
func filesWhere(ctx context.Context, q sqlx.QueryerContext, which string, args ...any) (map[app.ID][]consultation.File, error) {
	rows, err := all[fileRow](ctx, q, `
		SELECT submission_id AS owner, no, name, key_id, format, size, width, height, remarks, state, wanted, COALESCE(wanted_by, '') AS wanted_by, why, sentence
		FROM submission_files WHERE `+which+` ORDER BY submission_id, no`, args...)
	if err != nil {
		return nil, err
	}
	found := map[app.ID][]consultation.File{}
	for _, r := range rows {
		f := consultation.File{No: r.No, State: r.State, Wanted: r.Wanted, WantedBy: r.WantedBy, Reason: r.Why}
		if f.FileText, err = r.text(); err != nil {
			return nil, err
		}
		if f.Sentence, err = unseal(r.KeyID, r.Sentence); err != nil {
			return nil, err
		}
		found[r.Owner] = append(found[r.Owner], f)
	}
	return found, nil
}

// withFiles are the submissions of rows, with their files.
func (d ConsultationStore) withFiles(ctx context.Context, rows []submissionRow) ([]consultation.Submission, error) {
	return withFiles(rows, func() (map[app.ID][]consultation.File, error) {
		return filesOf(ctx, d.read, each(rows, func(r submissionRow) app.ID { return r.ID }))
	})
}

// withFilesOf are the submissions of rows of one docket, by rising number, with their files:
// naming very many one by one would cost more than reading them.
func (d ConsultationStore) withFilesOf(ctx context.Context, docket app.ID, rows []submissionRow) ([]consultation.Submission, error) {
	if len(rows) <= consultation.MaxPage {
		return d.withFiles(ctx, rows)
	}
	return withFiles(rows, func() (map[app.ID][]consultation.File, error) {
		return filesWhere(ctx, d.read, `submission_id IN (SELECT id FROM submissions WHERE docket_id = $1 AND no BETWEEN $2 AND $3)`,
			docket, rows[0].No, rows[len(rows)-1].No)
	})
}

func withFiles(rows []submissionRow, read func() (map[app.ID][]consultation.File, error)) ([]consultation.Submission, error) {
	files, err := read()
	if err != nil {
		return nil, err
	}
	list := make([]consultation.Submission, len(rows))
	for i, row := range rows {
		if list[i], err = row.submission(); err != nil {
			return nil, err
		}
		list[i].Files = files[row.ID]
	}
	return list, nil
}

// Enclose implements consultation.Store.
func (d ConsultationStore) Enclose(ctx context.Context, of consultation.Submission, st consultation.Step, list []consultation.Enclosed) error {
	return d.write(ctx, func(tx *tx) error {
		open, err := one[period](ctx, tx, tx.dialect.shared(periodOf), of.Docket)
		if err != nil {
			return err
		}
		isNew, err := tx.advance(ctx, nil, of, of.Revision, st)
		if err != nil || !isNew {
			return err
		}
		if at := millis(st.At); open.Withdrawn > 0 || at < open.Opens || at >= open.Closes {
			return app.Conflict("receipt.closed").On("files")
		}
		there, err := one[int](ctx, tx, `SELECT COUNT(*) FROM submission_files WHERE submission_id = $1`, of.ID)
		if err != nil {
			return err
		}
		if there != len(of.Files) {
			return app.Conflict("submission.changed")
		}
		return tx.enclose(ctx, of.ID, list)
	})
}

// enclose keeps the files that come with a submission.
func (t *tx) enclose(ctx context.Context, of app.ID, list []consultation.Enclosed) error {
	for _, f := range list {
		keyID, name := seal(f.Name)
		if _, err := t.run(ctx, `
			INSERT INTO submission_files (submission_id, no, name, format, size, width, height, remarks, state, content, key_id)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			of, f.No, name, f.Format, f.Size, f.Width, f.Height, joined(f.Remarks), f.State, f.Content, keyID); err != nil {
			return err
		}
	}
	return nil
}

// FileContent implements consultation.Store.
func (d ConsultationStore) FileContent(ctx context.Context, submission app.ID, no int) ([]byte, error) {
	return one[[]byte](ctx, d.read, `SELECT content FROM submission_files WHERE submission_id = $1 AND no = $2`, submission, no)
}

// DecideFile implements consultation.Store.
func (d ConsultationStore) DecideFile(ctx context.Context, by app.Standing, after consultation.Submission, revision int, st consultation.Step, before consultation.File) error {
	return d.write(ctx, func(tx *tx) error {
		isNew, err := tx.advance(ctx, &by, after, revision, st)
		if err != nil || !isNew {
			return err
		}
		for _, f := range after.Files {
			if f.No != st.File {
				continue
			}
			_, sentence := seal(f.Sentence)
			rows, err := tx.run(ctx, `
				UPDATE submission_files SET state = $1, wanted = $2, wanted_by = $3, why = $4, sentence = $5
				WHERE submission_id = $6 AND no = $7 AND state = $8 AND wanted = $9 AND COALESCE(wanted_by, '') = $10`,
				f.State, f.Wanted, orNull(f.WantedBy), f.Reason, sentence, after.ID, f.No, before.State, before.Wanted, before.WantedBy)
			if err := changed(rows, err, "submission.changed"); err != nil {
				return err
			}
		}
		return nil
	})
}

// AddDocument implements consultation.Store.
func (d ConsultationStore) AddDocument(ctx context.Context, by app.Standing, docket app.ID, made consultation.Document, content []byte) (consultation.Document, error) {
	err := d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		if _, err := one[string](ctx, tx, tx.dialect.locked(`SELECT id FROM dockets WHERE id = $1`), docket); err != nil {
			return err
		}
		if count, err := one[int](ctx, tx, `SELECT COUNT(*) FROM docket_files WHERE docket_id = $1`, docket); err != nil || count >= consultation.MaxDocuments {
			if err == nil {
				err = app.TooLarge("attachment.many", "max", consultation.MaxDocuments).On("files")
			}
			return err
		}
		keyID, title := seal(made.Title)
		_, name := seal(made.Name)
		_, err := tx.run(ctx, `
			INSERT INTO docket_files (id, docket_id, no, title, name, format, size, width, height, remarks, content, key_id, persona_id, at)
			VALUES ($1, $2, (SELECT COALESCE(MAX(no), 0) + 1 FROM docket_files WHERE docket_id = $3), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
			ON CONFLICT (id) DO NOTHING`,
			made.ID, docket, docket, title, name, made.Format, made.Size, made.Width, made.Height, joined(made.Remarks), content, keyID, made.By, millis(made.At))
		return err
	})
	if err != nil {
		return consultation.Document{}, err
	}
	list, err := d.documents(ctx, `WHERE id = $1`, made.ID)
	if err == nil && (len(list) == 0 || list[0].By != made.By) {
		err = app.Conflict("id.taken")
	}
	if err != nil {
		return consultation.Document{}, err
	}
	return list[0], nil
}

// RemoveDocument implements consultation.Store.
func (d ConsultationStore) RemoveDocument(ctx context.Context, by app.Standing, docket app.ID, no int) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		announced, err := one[int64](ctx, tx, tx.dialect.locked(`SELECT announced_at FROM dockets WHERE id = $1`), docket)
		if err != nil {
			return err
		}
		if announced > 0 {
			return app.Conflict("docket.announced")
		}
		_, err = tx.run(ctx, `DELETE FROM docket_files WHERE docket_id = $1 AND no = $2`, docket, no)
		return err
	})
}

// Documents implements consultation.Store.
func (d ConsultationStore) Documents(ctx context.Context, docket app.ID) ([]consultation.Document, error) {
	return d.documents(ctx, `WHERE docket_id = $1`, docket)
}

func (d ConsultationStore) documents(ctx context.Context, where string, arg app.ID) ([]consultation.Document, error) {
	rows, err := all[struct {
		ID    app.ID `db:"id"`
		Title string `db:"title"`
		By    app.ID `db:"persona_id"`
		At    int64  `db:"at"`
		fileRow
	}](ctx, d.read, `
		SELECT id, no, title, name, key_id, format, size, width, height, remarks, persona_id, at FROM docket_files `+where+` ORDER BY no`, arg)
	if err != nil {
		return nil, err
	}
	list := make([]consultation.Document, len(rows))
	for i, r := range rows {
		list[i] = consultation.Document{ID: r.ID, No: r.No, By: r.By, At: moment(r.At)}
		if list[i].FileText, err = r.text(); err != nil {
			return nil, err
		}
		if list[i].Title, err = unseal(r.KeyID, r.Title); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// DocumentContent implements consultation.Store.
func (d ConsultationStore) DocumentContent(ctx context.Context, docket app.ID, no int) ([]byte, error) {
	return one[[]byte](ctx, d.read, `SELECT content FROM docket_files WHERE docket_id = $1 AND no = $2`, docket, no)
}
