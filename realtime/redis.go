package realtime

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"

	"madang/app"
)

// Redis joins nodes slowly or not at all for as long as it likes: what waits
// for it is bounded, and what doesn't fit is dropped, for the log has it.
const (
	redisPatience = time.Second            // one round trip
	redisDial     = 500 * time.Millisecond // one attempt to connect
	redisSilence  = 3 * time.Second        // before asking whether the line still stands
	redisBackoff  = 250 * time.Millisecond // between two attempts to subscribe
	redisQueue    = 4096                   // notes waiting to be published
	redisPipeline = 256                    // notes published in one round trip
	channelPrefix = "madang:live:"
)

// RedisBroker joins nodes by Redis's publish and subscribe.
type RedisBroker struct {
	client *redis.Client
	logger *slog.Logger
}

// NewRedisBroker takes an address like redis://user:password@host:6379/0. It
// doesn't connect yet: a forum starts, and goes on, without its Redis. The client
// library's own log is silenced for the whole process: it has a line for each
// failed attempt, where logger gets one for each outage.
func NewRedisBroker(url string, logger *slog.Logger) (*RedisBroker, error) {
	logging.Disable()
	options, err := redis.ParseURL(url)
	if err != nil {
		return nil, fmt.Errorf("realtime: redis address: %w", err)
	}
	options.MaxRetries = -1
	options.DialerRetries = 1
	options.DialTimeout = redisDial
	options.ReadTimeout = redisPatience
	options.WriteTimeout = redisPatience
	options.PoolSize = 4
	options.DisableIdentity = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return &RedisBroker{client: redis.NewClient(options), logger: logger}, nil
}

// PingRedis reports whether a Redis answers at an address.
func PingRedis(ctx context.Context, url string) error {
	b, err := NewRedisBroker(url, nil)
	if err != nil {
		return err
	}
	defer b.client.Close()
	return b.client.Ping(ctx).Err()
}

// Connect starts the two goroutines of a node's line: one publishes, one hears.
func (b *RedisBroker) Connect(l Listener) Line {
	ctx, cancel := context.WithCancel(context.Background())
	line := &redisLine{
		broker: b, listener: l, cancel: cancel,
		outbox:  make(chan parcel, redisQueue),
		changed: make(chan struct{}, 1),
	}
	line.follows.change(everybody, 1)
	line.done.Add(2)
	go line.publishAll(ctx)
	go line.hearAll(ctx)
	return line
}

type parcel struct {
	channel string
	note    []byte
}

type redisLine struct {
	broker   *RedisBroker
	listener Listener
	follows  follows
	outbox   chan parcel
	changed  chan struct{} // the wanted shards changed
	cancel   context.CancelFunc
	done     sync.WaitGroup
}

func channelOf(shard int) string { return channelPrefix + strconv.Itoa(shard) }

func (l *redisLine) Follow(topic app.ID)   { l.want(topic, 1) }
func (l *redisLine) Unfollow(topic app.ID) { l.want(topic, -1) }

func (l *redisLine) want(topic app.ID, delta int) {
	if !l.follows.change(topic, delta) {
		return
	}
	select {
	case l.changed <- struct{}{}:
	default:
	}
}

// Publish queues the note, or drops it while Redis is slower than the forum.
func (l *redisLine) Publish(topic app.ID, note []byte) {
	select {
	case l.outbox <- parcel{channelOf(shardOf(topic)), note}:
	default:
	}
}

// Close ends both goroutines; what still waits to be published is dropped.
func (l *redisLine) Close() error {
	l.cancel()
	l.done.Wait()
	return l.broker.client.Close()
}

func (l *redisLine) publishAll(ctx context.Context) {
	defer l.done.Done()
	reached := true
	for {
		select {
		case <-ctx.Done():
			return
		case first := <-l.outbox:
			err := l.publish(ctx, first)
			l.report(ctx, "publish", &reached, err)
		}
	}
}

// publish sends the first note and whatever else waits in one round trip.
func (l *redisLine) publish(ctx context.Context, first parcel) error {
	_, err := l.broker.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.Publish(ctx, first.channel, first.note)
		for range min(len(l.outbox), redisPipeline-1) {
			next := <-l.outbox
			p.Publish(ctx, next.channel, next.note)
		}
		return nil
	})
	return err
}

// report logs the first failure of a row and the first success after it.
func (l *redisLine) report(ctx context.Context, act string, reached *bool, err error) {
	if (err == nil) == *reached || ctx.Err() != nil {
		return
	}
	*reached = err == nil
	if err != nil {
		l.broker.logger.Warn("redis unreachable, following the log instead", "kind", act, "err", err)
		return
	}
	l.broker.logger.Info("redis reached again", "kind", act)
}

func (l *redisLine) hearAll(ctx context.Context) {
	defer l.done.Done()
	reached := true
	for ctx.Err() == nil {
		err := l.hear(ctx, func() { l.report(ctx, "subscribe", &reached, nil) })
		l.report(ctx, "subscribe", &reached, err)
		select {
		case <-ctx.Done():
		case <-time.After(redisBackoff):
		}
	}
}

// hear subscribes to what is wanted and hears it until the connection fails.
func (l *redisLine) hear(ctx context.Context, heard func()) error {
	ctx, cancel := context.WithCancel(ctx)
	sub := l.broker.client.Subscribe(ctx)
	adjusted := make(chan struct{})
	go func() {
		defer close(adjusted)
		l.adjust(ctx, sub)
	}()
	defer func() {
		cancel()
		_ = sub.Close()
		<-adjusted
	}()
	stop := context.AfterFunc(ctx, func() { _ = sub.Close() })
	defer stop()
	return l.receive(ctx, sub, heard)
}

// adjust keeps the subscribed channels equal to the wanted shards.
func (l *redisLine) adjust(ctx context.Context, sub *redis.PubSub) {
	has := map[int]bool{}
	for {
		var join, leave []string
		for shard := range shards + 1 {
			switch wanted := l.follows.wants(shard); {
			case wanted && !has[shard]:
				join, has[shard] = append(join, channelOf(shard)), true
			case !wanted && has[shard]:
				leave, has[shard] = append(leave, channelOf(shard)), false
			}
		}
		if len(join) > 0 && sub.Subscribe(ctx, join...) != nil ||
			len(leave) > 0 && sub.Unsubscribe(ctx, leave...) != nil {
			_ = sub.Close() // the receiver notices and begins anew
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-l.changed:
		}
	}
}

// receive hands on what comes. A line silent for redisSilence is asked whether
// it stands; silent again, it is given up: a dead peer sends no reset.
func (l *redisLine) receive(ctx context.Context, sub *redis.PubSub, heard func()) error {
	asked := false
	for {
		got, err := sub.ReceiveTimeout(ctx, redisSilence)
		var silence net.Error
		if errors.As(err, &silence) && silence.Timeout() && !asked {
			asked = true
			err = sub.Ping(ctx)
		}
		if err != nil {
			return err
		}
		if got == nil {
			continue
		}
		asked = false
		heard()
		l.handOn(got)
	}
}

func (l *redisLine) handOn(got any) {
	switch got := got.(type) {
	case *redis.Message:
		l.listener.Heard([]byte(got.Payload))
	case *redis.Subscription:
		shard, err := strconv.Atoi(strings.TrimPrefix(got.Channel, channelPrefix))
		if err == nil && got.Kind == "subscribe" {
			l.listener.Resumed(shard)
		}
	}
}
