/* What libical makes of calendars, a line each, for tests/interop and tests/corpus.
 *
 *   libical check                     paths on stdin → path TAB errors, each with "|" behind it
 *   libical occurrences               START TAB END TAB zone TAB path on stdin → "=" path, then
 *                                     start TAB end TAB all-day TAB summary
 *   libical offsets FILE              TZID TAB instant on stdin → offset from UTC in seconds
 *
 * Instants are seconds since 1970. Dates and floating times are of the zone of the question. What a rule means
 * is libical's own affair (icalrecur_iterator, EXDATE and zones); that overrides stand in for their slots, and which
 * occurrences overlap START to END (RFC 4791 §9.9), is decided here. A file that it can't expand has a line "!" and
 * why: each has a process of its own, so that one that crashes or takes too long costs only itself.
 */
#include <libical/ical.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST_STEPS 400000
#define MOST_PROPERTIES 4096
#ifndef MOST_SECONDS
#define MOST_SECONDS 3 /* of the processor's time, for one calendar */
#endif
#define ROOM (1 << 24)

typedef struct {
    const char *uid;
    struct icaltimetype slot;
} override;

static override *overrides;
static size_t override_count;
static time_t window_start, window_end;

static void fail(const char *what)
{
    fprintf(stderr, "libical: %s\n", what);
    exit(2);
}

static char *line_of(FILE *stream)
{
    static char *line;
    static size_t room;
    ssize_t length = getline(&line, &room, stream);
    if (length < 0)
        return NULL;
    line[strcspn(line, "\n")] = 0;
    return line;
}

static icalcomponent *parsed(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END))
        fail(path);
    long size = ftell(file);
    char *text = calloc((size_t)size + 1, 1);
    rewind(file);
    if (!text || fread(text, 1, (size_t)size, file) != (size_t)size)
        fail(path);
    fclose(file);
    icalcomponent *root = icalparser_parse_string(text);
    free(text);
    return root;
}

static time_t instant(struct icaltimetype t)
{
    if (t.zone && !t.is_date)
        return icaltime_as_timet_with_zone(t, t.zone);
    struct tm local = {.tm_year = t.year - 1900, .tm_mon = t.month - 1, .tm_mday = t.day, .tm_isdst = -1};
    if (!t.is_date) {
        local.tm_hour = t.hour;
        local.tm_min = t.minute;
        local.tm_sec = t.second;
    }
    return mktime(&local);
}

/* How long an event is: by the clock on the wall, then by the stopwatch. */
typedef struct {
    int local, exact;
} length;

static length length_of(icalcomponent *event, struct icaltimetype start)
{
    icalproperty *ending = icalcomponent_get_first_property(event, ICAL_DTEND_PROPERTY);
    icalproperty *duration = icalcomponent_get_first_property(event, ICAL_DURATION_PROPERTY);
    if (ending) {
        struct icaltimetype end = icalproperty_get_datetime_with_component(ending, event);
        if (end.zone != start.zone)
            return (length){0, (int)(instant(end) - instant(start))};
        struct icaltimetype plain_end = end, plain_start = start;
        plain_end.zone = plain_start.zone = NULL;
        return (length){icaldurationtype_as_int(icaltime_subtract(plain_end, plain_start)), 0};
    }
    if (duration) {
        struct icaldurationtype d = icalproperty_get_duration(duration);
        int days = (int)(d.days + d.weeks * 7) * 86400;
        return (length){days, icaldurationtype_as_int(d) - days};
    }
    return (length){start.is_date ? 86400 : 0, 0};
}

static void tell(const char *text)
{
    for (; *text; text++)
        putchar((unsigned char)*text < ' ' ? ' ' : *text);
}

static void show(icalcomponent *event, struct icaltimetype start, time_t end)
{
    time_t begin = instant(start);
    if (end > begin ? begin >= window_end || end <= window_start : begin < window_start || begin >= window_end)
        return;
    printf("%lld\t%lld\t%d\t", (long long)begin, (long long)(end > begin ? end : begin), start.is_date);
    const char *summary = icalcomponent_get_summary(event);
    tell(summary ? summary : "");
    putchar('\n');
}

static time_t end_of(struct icaltimetype start, length long_)
{
    struct icaltimetype end = start;
    end.zone = NULL;
    end = icaltime_add(end, icaldurationtype_from_int(long_.local));
    end.zone = start.zone;
    return instant(end) + long_.exact;
}

static int is_overridden(const char *uid, struct icaltimetype start)
{
    for (size_t i = 0; i < override_count; i++) {
        struct icaltimetype slot = overrides[i].slot;
        if (strcmp(overrides[i].uid, uid))
            continue;
        if (slot.is_date || start.is_date ? !icaltime_compare_date_only(slot, start) : !icaltime_compare(slot, start))
            return 1;
    }
    return 0;
}

/* The starts that one series was seen to have: an RDATE may repeat what the rule gives. */
typedef struct {
    time_t *at;
    size_t count, room;
} instants;

static int seen(instants *known, time_t at)
{
    for (size_t i = known->count; i-- > 0;)
        if (known->at[i] == at)
            return 1;
    if (known->count == known->room) {
        known->room = known->room ? known->room * 2 : 64;
        known->at = realloc(known->at, known->room * sizeof *known->at);
        if (!known->at)
            fail("out of memory");
    }
    known->at[known->count++] = at;
    return 0;
}

static void show_slot(icalcomponent *event, struct icaltimetype first, struct icaltimetype start, length long_,
                      instants *known)
{
    time_t end = end_of(start, long_), begin = instant(start);
    if (begin >= window_end || (end <= window_start && begin < window_start))
        return;
    if (icalproperty_recurrence_is_excluded(event, &first, &start))
        return;
    const char *uid = icalcomponent_get_uid(event);
    if (!is_overridden(uid ? uid : "", start) && !seen(known, begin))
        show(event, start, end);
}

static void show_rule(icalcomponent *event, icalproperty *rule, struct icaltimetype first, length long_, instants *known)
{
    icalrecur_iterator *steps = icalrecur_iterator_new(icalproperty_get_rrule(rule), first);
    if (!steps)
        return;
    struct icaltimetype start = icalrecur_iterator_next(steps);
    for (int step = 0; step < MOST_STEPS && !icaltime_is_null_time(start); step++) {
        if (instant(start) >= window_end)
            break;
        show_slot(event, first, start, long_, known);
        start = icalrecur_iterator_next(steps);
    }
    if (!icaltime_is_null_time(start) && instant(start) < window_end)
        printf("!more steps than the bound\n");
    icalrecur_iterator_free(steps);
}

static void show_date(icalcomponent *event, icalproperty *date, struct icaltimetype first, length long_, instants *known)
{
    struct icaldatetimeperiodtype value = icalproperty_get_rdate(date);
    int period = icaltime_is_null_time(value.time);
    struct icaltimetype start = period ? value.period.start : value.time;
    const char *tzid = icalproperty_get_parameter_as_string(date, "TZID");
    if (tzid && !start.zone)
        start.zone = icalcomponent_get_timezone(icalcomponent_get_parent(event), tzid);
    if (period && icaltime_is_null_time(value.period.end)) {
        long_ = (length){0, icaldurationtype_as_int(value.period.duration)};
    } else if (period) {
        value.period.end.zone = value.period.end.zone ? value.period.end.zone : start.zone;
        long_ = (length){0, (int)(instant(value.period.end) - instant(start))};
    }
    show_slot(event, first, start, long_, known);
}

/* All properties of a kind. Asking libical whether a slot is excluded would move its own iterator on. */
static size_t all(icalcomponent *event, icalproperty_kind kind, icalproperty **found)
{
    size_t count = 0;
    icalproperty *p = icalcomponent_get_first_property(event, kind);
    for (; p && count < MOST_PROPERTIES; p = icalcomponent_get_next_property(event, kind))
        found[count++] = p;
    return count;
}

static void show_event(icalcomponent *event)
{
    struct icaltimetype first = icalcomponent_get_dtstart(event);
    if (icaltime_is_null_time(first))
        return;
    length long_ = length_of(event, first);
    if (icalcomponent_get_first_property(event, ICAL_RECURRENCEID_PROPERTY)) {
        show(event, first, end_of(first, long_));
        return;
    }
    instants known = {0};
    show_slot(event, first, first, long_, &known);
    for (int i = 0; i < 2; i++) {
        icalproperty *found[MOST_PROPERTIES];
        size_t count = all(event, i ? ICAL_RDATE_PROPERTY : ICAL_RRULE_PROPERTY, found);
        for (size_t n = 0; n < count; n++)
            (i ? show_date : show_rule)(event, found[n], first, long_, &known);
    }
    free(known.at);
}

static void note_override(icalcomponent *event)
{
    icalproperty *slot = icalcomponent_get_first_property(event, ICAL_RECURRENCEID_PROPERTY);
    const char *uid = icalcomponent_get_uid(event);
    if (!slot)
        return;
    overrides = realloc(overrides, (override_count + 1) * sizeof *overrides);
    if (!overrides)
        fail("out of memory");
    overrides[override_count++] = (override){uid ? uid : "", icalproperty_get_datetime_with_component(slot, event)};
}

static void each_event(icalcomponent *root, void (*act)(icalcomponent *))
{
    if (icalcomponent_isa(root) == ICAL_XROOT_COMPONENT) {
        icalcomponent *c = icalcomponent_get_first_component(root, ICAL_VCALENDAR_COMPONENT);
        for (; c; c = icalcomponent_get_next_component(root, ICAL_VCALENDAR_COMPONENT))
            each_event(c, act);
        return;
    }
    icalcompiter events = icalcomponent_begin_component(root, ICAL_VEVENT_COMPONENT);
    for (icalcomponent *e; (e = icalcompiter_deref(&events)); icalcompiter_next(&events))
        act(e);
}

static void tell_errors(icalcomponent *part)
{
    icalproperty *p = icalcomponent_get_first_property(part, ICAL_XLICERROR_PROPERTY);
    for (; p; p = icalcomponent_get_next_property(part, ICAL_XLICERROR_PROPERTY)) {
        tell(icalproperty_get_xlicerror(p));
        putchar('|');
    }
    icalcompiter inner = icalcomponent_begin_component(part, ICAL_ANY_COMPONENT);
    for (icalcomponent *c; (c = icalcompiter_deref(&inner)); icalcompiter_next(&inner))
        tell_errors(c);
}

static void check(const char *path)
{
    icalcomponent *root = parsed(path);
    printf("%s\t", path);
    if (root && icalcomponent_isa(root) == ICAL_VCALENDAR_COMPONENT)
        tell_errors(root);
    else
        printf("not one calendar|");
    putchar('\n');
    if (root)
        icalcomponent_free(root);
}

static void answer(const char *timezone, const char *path)
{
    struct itimerval bound = {.it_value.tv_sec = MOST_SECONDS};
    setitimer(ITIMER_PROF, &bound, NULL);
    setenv("TZ", timezone, 1);
    tzset();
    icalcomponent *root = parsed(path);
    if (!root) {
        printf("!not a calendar\n");
        return;
    }
    each_event(root, note_override);
    each_event(root, show_event);
}

static void occurrences(char *question)
{
    const char *start = strtok(question, "\t"), *end = strtok(NULL, "\t"), *timezone = strtok(NULL, "\t");
    const char *path = strtok(NULL, "\t");
    if (!path)
        fail("a question without a path");
    window_start = atoll(start);
    window_end = atoll(end);
    printf("=%s\n", path);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        answer(timezone, path);
        fflush(stdout);
        _exit(0);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) < 0)
        fail("no process for a question");
    if (!WIFEXITED(status) || WEXITSTATUS(status))
        printf("\n!%s\n", WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF ? "took too long" : "crashed");
}

static void offsets(const char *path)
{
    icalcomponent *root = parsed(path);
    if (!root)
        fail("not a calendar");
    for (char *line; (line = line_of(stdin));) {
        char *at = strchr(line, '\t');
        if (!at)
            fail("a question without an instant");
        *at++ = 0;
        icaltimezone *zone = icalcomponent_get_timezone(root, line);
        if (!zone)
            fail("a zone that is not in the file");
        struct icaltimetype t = icaltime_from_timet_with_zone(atoll(at), 0, icaltimezone_get_utc_timezone());
        printf("%d\n", icaltimezone_get_utc_offset_of_utc_time(zone, &t, NULL));
    }
    icalcomponent_free(root);
}

int main(int count, char **words)
{
    icalerror_set_errors_are_fatal(0);
    tzset();
    const char *job = count > 1 ? words[1] : "";
    if (!strcmp(job, "offsets") && count == 3) {
        offsets(words[2]);
        return 0;
    }
    int expand = !strcmp(job, "occurrences");
    if (count != 2 || (!expand && strcmp(job, "check")))
        fail("usage: libical check | occurrences | offsets FILE");
    icaltimezone_get_builtin_timezones(); /* once, for all processes */
    setvbuf(stdout, NULL, _IOFBF, ROOM);  /* so that a process that is stopped has said nothing yet */
    for (char *line; (line = line_of(stdin));) {
        if (expand)
            occurrences(line);
        else
            check(line);
    }
    return 0;
}
