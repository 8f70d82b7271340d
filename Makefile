# backcourt: `make run` sets everything up and opens the console; `make test` runs every test.
# Packages are listed once, in .ci/packages.

BUILD ?= build
PREFIX ?= /usr/local
CC ?= gcc
OPTIMISE ?= -O2
WARNINGS = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wwrite-strings -Wformat=2 -Wundef -Wvla -Wno-missing-field-initializers \
	-Wno-format-truncation
ifneq ($(findstring clang,$(CC)),)
WARNINGS += -Wno-unknown-warning-option
endif
ifdef WERROR
WARNINGS += -Werror
endif
LIBRARIES = ncursesw jansson sqlite3 libcrypto libpcre2-8 zlib libcurl
# One shell-out each, cached in variables; quiet before the packages are there.
LIBRARY_FLAGS := $(shell pkg-config --cflags $(LIBRARIES) 2>/dev/null)
CORE_LINK := $(shell pkg-config --libs jansson sqlite3 libcrypto libpcre2-8 zlib libcurl 2>/dev/null) -lm -pthread
TUI_LINK := $(shell pkg-config --libs ncursesw 2>/dev/null)
TEST_LINK := -lcmocka
PTY_LINK := -lvterm -lutil

SANITIZE ?=
override CFLAGS += -std=gnu17 -D_GNU_SOURCE -Iinclude -I. $(OPTIMISE) -g -pthread $(WARNINGS) $(LIBRARY_FLAGS) \
	-fstack-protector-strong $(SANITIZE)
override LDFLAGS += -Wl,--as-needed $(SANITIZE)

EMBEDDED := $(sort $(wildcard core/pipelines/*.json core/jobs/*.tsv core/manual/*.md themes/*.theme))
CORE_SOURCES := $(sort $(filter-out core/supervise/%,$(wildcard core/*.c core/*/*.c)))
TUI_SOURCES := $(sort $(filter-out tui/main.c,$(wildcard tui/*.c tui/*/*.c)))
HELPER_SOURCES := $(sort $(wildcard tests/support/*.c))
CORE_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/unit/*_test.c)))
SCREEN_TESTS := $(patsubst tests/screens/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/screens/*_test.c)))
PTY_TESTS := $(patsubst tests/pty/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/pty/*_test.c)))
PROCESS_TESTS := $(patsubst tests/processes/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/processes/*_test.c)))
NETWORK_TESTS := $(patsubst tests/network/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/network/*_test.c)))
TESTS := $(CORE_TESTS) $(SCREEN_TESTS) $(PTY_TESTS) $(PROCESS_TESTS) $(NETWORK_TESTS)
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/fuzz/*_fuzz.c)))
BENCHES := $(patsubst tests/bench/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/bench/*_bench.c)))
SOURCES := $(sort $(wildcard core/*.c core/*/*.c tui/*.c tui/*/*.c tests/*/*.c tests/*/support/*.c))

object = $(patsubst %.c,$(BUILD)/%.o,$(1))
CORE_OBJECTS := $(call object,$(CORE_SOURCES)) $(BUILD)/embedded.o
TUI_OBJECTS := $(call object,$(TUI_SOURCES))

all: $(BUILD)/backcourt $(BUILD)/backcourt-supervise

-include $(wildcard $(SOURCES:%.c=$(BUILD)/%.d))

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/embedded.c: $(EMBEDDED) .ci/embed
	@mkdir -p $(@D)
	.ci/embed $(EMBEDDED) >$@

$(BUILD)/embedded.o: $(BUILD)/embedded.c
	$(CC) $(CFLAGS) -c $< -o $@

$(BUILD)/libcore.a: $(CORE_OBJECTS)
	rm -f $@ && ar rcs $@ $^

$(BUILD)/libtui.a: $(TUI_OBJECTS)
	rm -f $@ && ar rcs $@ $^

$(BUILD)/backcourt: $(BUILD)/tui/main.o $(BUILD)/libtui.a $(BUILD)/libcore.a
	$(CC) $(LDFLAGS) $^ $(TUI_LINK) $(CORE_LINK) -o $@

# Over libc alone: it must be small, and still run when everything else is gone.
$(BUILD)/backcourt-supervise: $(BUILD)/core/supervise/supervise.o
	$(CC) $(LDFLAGS) $^ -o $@

# Unit tests link the core alone: that core needs no screen is checked by every build.
$(CORE_TESTS): $(BUILD)/tests/%: $(BUILD)/tests/unit/%.o $(call object,$(HELPER_SOURCES)) $(BUILD)/libcore.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $^ $(TEST_LINK) $(CORE_LINK) -o $@
# These calls of the core go through the test, which lets them fail (tests/unit/file_fault_test.c).
$(BUILD)/tests/file_fault_test: override LDFLAGS += $(foreach call,close flock fsync mkdir mkostemp \
	open read readdir rename write,-Wl,--wrap=$(call))
# Where a paced date takes its time, it waits for the test.
$(BUILD)/tests/engine_test: override LDFLAGS += -Wl,--wrap=cancel_sleep_ms
$(SCREEN_TESTS): $(BUILD)/tests/%: $(BUILD)/tests/screens/%.o $(call object,$(wildcard tests/screens/support/*.c tests/pty/support/*.c) $(HELPER_SOURCES)) $(BUILD)/libtui.a $(BUILD)/libcore.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $^ $(TEST_LINK) $(PTY_LINK) $(TUI_LINK) $(CORE_LINK) -o $@
$(PTY_TESTS): $(BUILD)/tests/%: $(BUILD)/tests/pty/%.o $(call object,$(wildcard tests/pty/support/*.c) $(HELPER_SOURCES)) $(BUILD)/libcore.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $^ $(TEST_LINK) $(PTY_LINK) $(CORE_LINK) -o $@
$(PROCESS_TESTS): $(BUILD)/tests/%: $(BUILD)/tests/processes/%.o $(call object,$(wildcard tests/processes/support/*.c) $(HELPER_SOURCES)) $(BUILD)/libcore.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $^ $(TEST_LINK) $(CORE_LINK) -o $@
$(NETWORK_TESTS): $(BUILD)/tests/%: $(BUILD)/tests/network/%.o $(call object,$(wildcard tests/network/support/*.c) $(HELPER_SOURCES)) $(BUILD)/libcore.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $^ $(TEST_LINK) -lssl $(CORE_LINK) -o $@
# Its state folder lies on a disk that gets full.
$(BUILD)/tests/full_disk_run_test: $(call object,tests/processes/support/small_disk.c)
$(FUZZERS): $(BUILD)/tests/%: $(BUILD)/tests/fuzz/%.o $(call object,$(wildcard tests/fuzz/support/*.c)) $(BUILD)/libtui.a $(BUILD)/libcore.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -fsanitize=fuzzer $^ $(TUI_LINK) $(CORE_LINK) -o $@
$(BUILD)/tests/reply_fuzz: $(call object,tests/network/support/no_time.c)

# What libcurl is told goes through the test, which writes it down.
$(BUILD)/tests/curl_options_test: override LDFLAGS += -Wl,--wrap=curl_easy_setopt,--wrap=curl_multi_info_read
# Whether a stop wakes the thread of the network is counted, and no time measured.
$(BUILD)/tests/http_test: override LDFLAGS += -Wl,--wrap=curl_multi_wakeup

# Shows staged screens in colour, for people.
$(BUILD)/tests/preview: $(BUILD)/tests/screens/preview.o $(call object,$(wildcard tests/screens/support/*.c) $(HELPER_SOURCES)) $(BUILD)/libtui.a $(BUILD)/libcore.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $^ $(TEST_LINK) $(TUI_LINK) $(CORE_LINK) -o $@

$(BENCHES): $(BUILD)/tests/%: $(BUILD)/tests/bench/%.o $(call object,$(wildcard tests/bench/support/*.c tests/screens/support/*.c tests/pty/support/*.c) $(HELPER_SOURCES)) $(BUILD)/libtui.a $(BUILD)/libcore.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $^ $(TEST_LINK) $(PTY_LINK) $(TUI_LINK) $(CORE_LINK) -o $@

.PRECIOUS: $(BUILD)/%.o
.PHONY: all run test check tests objects ready install format lint tidy asan tsan fuzz fuzzers coverage bench benches clean golden readme

run:
	@.ci/install build
	@$(MAKE) --no-print-directory -s -j2 all
	@$(BUILD)/backcourt $(ARGS)

test:
	@.ci/install build test
	@$(MAKE) --no-print-directory -s -j2 all tests
	@$(MAKE) --no-print-directory -s check

tests: all $(TESTS)

# Before a commit: everything that the gate builds, and the benches, with both compilers; nothing is run.
objects: $(call object,$(SOURCES))
ready:
	@.ci/install build test lint
	@.ci/lint quick
	@$(MAKE) --no-print-directory -s -k -j2 WERROR=1 all tests benches $(BUILD)/tests/preview
	@$(MAKE) --no-print-directory -s -k -j2 WERROR=1 $(IN_FUZZ) fuzzers objects
	@echo "ready: everything builds"

# Runs what is built; `make check ONLY="date_test csv_test"` runs some.
check:
	@BACKCOURT="$(abspath $(BUILD)/backcourt)" BACKCOURT_SUPERVISE="$(abspath $(BUILD)/backcourt-supervise)" \
		tests/run $(if $(ONLY),$(addprefix $(BUILD)/tests/,$(ONLY)),$(TESTS))

# The manual page and the completion are what the program says of itself.
$(BUILD)/backcourt.1: $(BUILD)/backcourt
	$(BUILD)/backcourt help man >$@
$(BUILD)/backcourt.bash: $(BUILD)/backcourt
	$(BUILD)/backcourt help bash >$@

PLACE = "$(DESTDIR)$(PREFIX)"
install: all $(BUILD)/backcourt.1 $(BUILD)/backcourt.bash
	install -Dm755 -t $(PLACE)/bin $(BUILD)/backcourt $(BUILD)/backcourt-supervise
	install -Dm644 -t $(PLACE)/share/backcourt/themes themes/*.theme
	install -Dm644 -t $(PLACE)/share/man/man1 $(BUILD)/backcourt.1
	install -Dm644 $(BUILD)/backcourt.bash $(PLACE)/share/bash-completion/completions/backcourt

format:
	@.ci/install lint
	clang-format -i $$(git ls-files '*.c' '*.h')

lint:
	@.ci/install build test lint
	@.ci/lint

# A file is looked at again when it, a header of it (its object knows them) or the checks changed.
tidy: $(SOURCES:%.c=$(BUILD)/tidy/%)
$(BUILD)/tidy/%: $(BUILD)/%.o .clang-tidy
	@mkdir -p $(@D)
	@clang-tidy --quiet $*.c -- -std=gnu17 -D_GNU_SOURCE -Iinclude -I. $(LIBRARY_FLAGS) >$@.out 2>&1 || \
		{ cat $@.out; exit 1; }
	@mv $@.out $@

asan:
	@.ci/install build test lint
	@$(MAKE) --no-print-directory -s -j2 BUILD=build/asan OPTIMISE=-O1 \
		SANITIZE="-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer" all tests
	@$(MAKE) --no-print-directory -s BUILD=build/asan check

tsan:
	@.ci/install build test lint
	@$(MAKE) --no-print-directory -s -j2 BUILD=build/tsan OPTIMISE=-O1 SANITIZE="-fsanitize=thread" all tests
	@TSAN_OPTIONS="halt_on_error=1 second_deadlock_stack=1 atexit_sleep_ms=0" \
		$(MAKE) --no-print-directory -s BUILD=build/tsan check

# Which lines the tests run, per file and in all (clang, llvm-cov).
coverage:
	@.ci/install build test lint
	@rm -rf build/coverage/profile
	@$(MAKE) --no-print-directory -s -j2 CC=clang BUILD=build/coverage OPTIMISE=-O1 \
		SANITIZE="-fprofile-instr-generate=build/coverage/profile/%4m.profraw -fcoverage-mapping" all tests
	@$(MAKE) --no-print-directory -s BUILD=build/coverage check >build/coverage/log || { tail -n 40 build/coverage/log; exit 1; }
	@.ci/coverage build/coverage/profile $(patsubst $(BUILD)/%,build/coverage/%,$(BUILD)/backcourt $(TESTS))

# libFuzzer on every reader of outside bytes, each for so many SECONDS.
SECONDS ?= 60
IN_FUZZ = CC=clang BUILD=build/fuzz OPTIMISE=-O1 \
	SANITIZE="-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=undefined"
fuzzers: $(FUZZERS)
fuzz:
	@.ci/install build test lint
	@$(MAKE) --no-print-directory -s -j2 $(IN_FUZZ) fuzzers
	@tests/fuzz/run $(SECONDS) $(patsubst $(BUILD)/%,build/fuzz/%,$(FUZZERS))

# Measures against the targets, with a reference in the same run; no part of the tests.
benches: all $(BENCHES)
bench:
	@.ci/install build test
	@$(MAKE) --no-print-directory -s -j2 benches
	@BACKCOURT="$(abspath $(BUILD)/backcourt)" tests/bench/run $(BENCHES)

# Accepts the screens as they are painted now; look at `git diff tests/data/golden` afterwards.
golden: tests
	@BACKCOURT_ACCEPT=1 $(MAKE) --no-print-directory -s check ONLY="overview_test log_test matrix_test plan_view_test calendar_view_test health_view_test events_view_test dialogs_test settings_dialog_test sort_test"

# The README's tables of verbs, options, keys and verdicts, from the program's own lists.
readme: all
	@.ci/readme $(BUILD)/backcourt

clean:
	rm -rf $(BUILD)
