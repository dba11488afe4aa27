package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"

	"madang/app/notice"
)

// mailTime bounds how long one letter may take.
const mailTime = 30 * time.Second

// mailing is how the forum sends letters, if it does.
type mailing struct {
	MailServer string        `placeholder:"smtps://USER:PASSWORD@HOST" help:"Mail server for letters to those who want them: smtps:// (port 465), or smtp:// (port 587, encrypted unless the server is this machine). Default: none; nobody is written to ($MADANG_MAIL_SERVER)." env:"MADANG_MAIL_SERVER"`
	MailFrom   string        `placeholder:"ADDRESS" help:"Address that letters come from. Default: madang@ the name of the forum ($MADANG_MAIL_FROM)." env:"MADANG_MAIL_FROM"`
	MailEvery  time.Duration `default:"20s" hidden:"" help:"How often a node looks for letters."`
}

// mailer hands letters to a mail server.
type mailer struct {
	options []mail.Option
	host    string
	from    string
	domain  string
	// write makes the words of a letter, in the reader's language.
	write func(notice.Mail) (subject, body, stop string)
}

// mailer is nil if no mail server is configured.
func (c mailing) mailer(base string) (*mailer, error) {
	if c.MailServer == "" {
		return nil, nil
	}
	at, err := url.Parse(c.MailServer)
	if err != nil || at.Hostname() == "" || at.Scheme != "smtp" && at.Scheme != "smtps" {
		return nil, errors.New("--mail-server takes the form smtps://user:password@host or smtp://host:port")
	}
	forum, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	m := &mailer{host: at.Hostname(), from: c.MailFrom, domain: forum.Hostname(), options: []mail.Option{mail.WithTimeout(mailTime)}}
	if m.from == "" {
		m.from = "madang@" + m.domain
	}
	if err := mail.NewMsg().From(m.from); err != nil {
		return nil, fmt.Errorf("--mail-from: %w", err)
	}
	switch {
	case at.Scheme == "smtps":
		m.options = append(m.options, mail.WithSSLPort(false))
	case isThisMachine(m.host):
		m.options = append(m.options, mail.WithTLSPortPolicy(mail.TLSOpportunistic))
	default:
		m.options = append(m.options, mail.WithTLSPortPolicy(mail.TLSMandatory))
	}
	if at.Port() != "" {
		port, err := strconv.Atoi(at.Port())
		if err != nil {
			return nil, fmt.Errorf("--mail-server: %w", err)
		}
		m.options = append(m.options, mail.WithPort(port))
	}
	if at.User != nil {
		password, _ := at.User.Password()
		m.options = append(m.options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(at.User.Username()), mail.WithPassword(password))
	}
	return m, nil
}

func isThisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Carry implements notice.Carrier. A letter says in its head that it was made by a program
// (RFC 3834), and how to have no more of them with one press (RFC 8058).
func (m *mailer) Carry(ctx context.Context, letter notice.Mail) error {
	ctx, cancel := context.WithTimeout(ctx, mailTime)
	defer cancel()
	subject, body, stop := m.write(letter)
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := errors.Join(msg.From(m.from), msg.To(letter.To)); err != nil {
		return errors.Join(notice.ErrRefused, err)
	}
	msg.Subject(subject)
	msg.SetDate()
	msg.SetMessageIDWithValue(letter.ID + "@" + m.domain)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if stop != "" {
		msg.SetGenHeader("List-Unsubscribe", "<"+stop+">")
		msg.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	msg.SetBodyString(mail.TypeTextPlain, body)
	client, err := mail.NewClient(m.host, m.options...)
	if err != nil {
		return err
	}
	return asRefusal(client.DialAndSendWithContext(ctx, msg))
}

// asRefusal says of an error whether the address is refused for good: a reply of 5xx to
// the recipient or the letter. Its text stays out of logs, for it names the address.
func asRefusal(err error) error {
	var failed *mail.SendError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &failed) && !failed.IsTemp() && failed.ErrorCode() >= 500:
		return fmt.Errorf("%w: reply %d", notice.ErrRefused, failed.ErrorCode())
	case errors.As(err, &failed):
		return fmt.Errorf("the mail server answered %d", failed.ErrorCode())
	}
	return errors.New("the mail server can't be reached")
}

// keepPost looks after letters until the returned function is called.
func (f *forum) keepPost(ctx context.Context, every time.Duration, log *slog.Logger) (stop func()) {
	return beside(ctx, func(ctx context.Context) {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if err := f.post.Round(ctx); err != nil && ctx.Err() == nil {
				log.Warn("letters wait", "err", err)
			}
		}
	})
}
