# The two commands are `make run` and `make test`. They need Go, Node 20 and make.

templ       := go tool -modfile=tools.mod templ
staticcheck := go tool -modfile=tools.mod staticcheck

packages := static/node_modules/.package-lock.json
assets   := static/dist/manifest.json

.PHONY: build run test check go-check web-check conformance revocations wander attack flood crashes faults faults-proof honest generate bench bench-editor bench-engine day clean
.DELETE_ON_ERROR:

build: $(assets)
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o bin/madang ./cmd/madang

# The forum with demonstration data on its embedded database.
run: build
	bin/madang serve --demo

# Everything continuous integration does. Installs what is missing (Debian),
# starts a private PostgreSQL and Redis, and stops them however it ends.
test: build
	.ci/install
	.ci/services $(MAKE) --no-print-directory check

check: go-check web-check

go-check: $(assets)
	@unformatted=$$(gofmt -l app cmd db realtime static/*.go); \
	[ -z "$$unformatted" ] || { echo "gofmt these:"; echo "$$unformatted"; exit 1; }
	.ci/generated $(templ) generate -path app
	go vet ./...
	$(staticcheck) ./...
	go test -timeout 20m ./...

web-check: build
	cd static && npm run --silent check
	cd static && npm test --silent
	cd static && npm run --silent test:browser

# Our Yjs against the real one in N sessions from seed SEED; a failure names the
# seed that plays it again.
N    ?= 10000
SEED ?= 1
conformance: SHELL := /bin/bash -o pipefail
conformance: $(assets)
	MADANG_SESSIONS=$(N) MADANG_SEED=$(SEED) go test -timeout 2h -count 1 -v \
		-run TestWhatPeopleWriteReadsAsInRealYjs ./realtime/yjs | grep -v -e '--- PASS: .*/' -e '=== '

# N races between people who write and the chair who takes their role away: in the store
# on each database, and over live connections to two nodes.
revocations: N := 2000
revocations: $(assets)
	MADANG_REVOCATIONS=$(N) .ci/services go test -p 1 -timeout 1h -count 1 -v -run RevokedRole ./db ./cmd/madang

# N edits of a text at random, from seed SEED, in an editor and by form: no comment on
# words of it may become unreachable.
wander: N := 10000
wander: $(assets)
	MADANG_WANDER=$(N) MADANG_SEED=$(SEED) go test -timeout 1h -count 1 -v -run NoCommentIsEverUnreachable ./cmd/madang

# N tables of people, each counted and published ten times, from seed SEED, against somebody
# who knows all that was published and looks for the numbers that weren't.
attack: N := 10000
attack: $(assets)
	MADANG_TABLES=$(N) MADANG_SEED=$(SEED) go test -timeout 1h -count 1 -v -run KnowsAllReleases ./app/disclosure

# N equal posts to a docket, on each database, while honest people write. It tells how long
# their pages took before and meanwhile. PACE=1h spreads the posts over an hour; otherwise
# they come as fast as they can.
flood: N := 5000
flood: $(assets)
	MADANG_FLOOD=$(N) MADANG_PACE=$(PACE) .ci/services go test -timeout 6h -count 1 -v -run InAFloodOfEqualPosts ./cmd/madang

# N kills of the forum, on each database, while people send submissions: each is in the
# balance once, and nowhere twice. SEED chooses when it is killed.
crashes: N := 50
crashes: $(assets)
	MADANG_CRASHES=$(N) MADANG_SEED=$(SEED) .ci/services go test -timeout 1h -count 1 -v -run HoweverOftenTheForumIsKilled ./cmd/madang

# N schedules of kills, cuts and restarts from seed SEED, against two nodes with servers
# of their own; a failure names the seed that plays its schedule again.
faults: N := 100
faults: build
	go run ./cmd/madang-rig play --schedules $(N) --seed $(SEED)

# The same against a forum that acknowledges edits before it commits them: fails unless
# that is found out.
faults-proof: $(assets)
	go run ./cmd/madang-rig prove --seed $(SEED)

# N sessions of people who mean no harm, from seed SEED: nobody may be refused anything or
# lose a word. A failure names the session's seed; N=1 SEED=that plays it again.
honest: N := 1000
honest: build
	go run ./cmd/madang-rig honest --sessions $(N) --seed $(SEED)

# Madang beside other servers, under the load of many people. Two cores and nothing
# else running: servers have the first, the load the second. SCENARIO= chooses.
BENCH ?= --json bin/bench.json
bench: build
	.ci/install
	cmd/madang-bench/peers/install
	go build -o bin/madang-bench ./cmd/madang-bench
	taskset -c 0 .ci/services bin/madang-bench load $(SCENARIO) $(BENCH)

# A text of 300 clauses and 500 kB in the editor on a processor slowed down, beside a short
# one: until it is open, and a key. LARGE="--threads 1000" hangs threads on it.
bench-editor: build
	cd static && node bench/large.mjs $(LARGE)

# A working day of three people, played in a browser, as a page of pictures in PICTURES.
PICTURES ?= bin/day
day: build
	cd static && MADANG_PICTURES=$(abspath $(PICTURES)) node --test test/browser/day.test.mjs

# The engine beside Yjs and ywasm; MADANG_TRACES names the folder of the B4 trace.
bench-engine:
	cmd/madang-bench/peers/install
	go run ./cmd/madang-bench engine

# The pages are typed templates: *.templ is written, *_templ.go is generated and committed.
generate:
	$(templ) generate -path app

clean:
	rm -rf bin static/node_modules
	find static/dist -mindepth 1 ! -name .gitkeep -delete

$(packages): static/package.json static/package-lock.json
	cd static && npm ci --no-audit --no-fund
	@touch $@

$(assets): $(packages) $(shell find static/src static/css static/locale static/*.mjs static/tsconfig.json -type f 2>/dev/null)
	cd static && npm run --silent build
	@touch $@
