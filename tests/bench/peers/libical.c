/* libical reads, says when events and their occurrences are, and writes.
 *
 *   libical INPUT OUTPUT START END ZONE
 *
 * START and END are seconds since 1970. ZONE, the zone of dates and floating times, is the environment's TZ too.
 */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
    const char *uid;
    icalcomponent *component;
    size_t place;
    int shown;
} event;

static time_t window_start, window_end;

static void fail(const char *what)
{
    fprintf(stderr, "libical: %s\n", what);
    exit(2);
}

static icalcomponent *parsed(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END))
        fail("no such file");
    long size = ftell(file);
    char *text = malloc((size_t)size + 1);
    rewind(file);
    if (!text || fread(text, 1, (size_t)size, file) != (size_t)size)
        fail("can't read the file");
    fclose(file);
    text[size] = 0;
    icalcomponent *root = icalparser_parse_string(text);
    free(text);
    if (!root || icalcomponent_isa(root) != ICAL_VCALENDAR_COMPONENT)
        fail("not one calendar");
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

/* RFC 4791 §9.9 */
static int shows(time_t start, time_t end)
{
    return end > start ? start < window_end && end > window_start : start >= window_start && start < window_end;
}

static int shows_itself(icalcomponent *component)
{
    return shows(instant(icalcomponent_get_dtstart(component)), instant(icalcomponent_get_dtend(component)));
}

static int has(icalcomponent *component, icalproperty_kind kind)
{
    return icalcomponent_get_first_property(component, kind) != NULL;
}

static int is_overridden(const event *group, size_t count, struct icaltimetype slot)
{
    for (size_t i = 0; i < count; i++) {
        if (!has(group[i].component, ICAL_RECURRENCEID_PROPERTY))
            continue;
        if (!icaltime_compare(icalcomponent_get_recurrenceid(group[i].component), slot))
            return 1;
    }
    return 0;
}

static int repeats(icalcomponent *master, const event *group, size_t count)
{
    struct icaltimetype first = icalcomponent_get_dtstart(master);
    time_t length = instant(icalcomponent_get_dtend(master)) - instant(first);
    icalproperty *rule = icalcomponent_get_first_property(master, ICAL_RRULE_PROPERTY);
    icalrecur_iterator *slots = icalrecur_iterator_new(icalproperty_get_rrule(rule), first);
    int shown = 0;
    struct icaltimetype slot = icalrecur_iterator_next(slots);
    for (; !shown && !icaltime_is_null_time(slot); slot = icalrecur_iterator_next(slots)) {
        time_t start = instant(slot);
        if (start >= window_end)
            break;
        shown = shows(start, start + length) && !icalproperty_recurrence_is_excluded(master, &first, &slot) &&
                !is_overridden(group, count, slot);
    }
    icalrecur_iterator_free(slots);
    return shown;
}

static int is_shown(const event *group, size_t count)
{
    int shown = 0;
    for (size_t i = 0; i < count && !shown; i++) {
        icalcomponent *one = group[i].component;
        shown = has(one, ICAL_RRULE_PROPERTY) ? repeats(one, group, count) : shows_itself(one);
    }
    return shown;
}

static int by_uid(const void *left, const void *right)
{
    return strcmp(((const event *)left)->uid, ((const event *)right)->uid);
}

static int by_place(const void *left, const void *right)
{
    size_t a = ((const event *)left)->place, b = ((const event *)right)->place;
    return (a > b) - (a < b);
}

static size_t events_of(icalcomponent *calendar, event **events)
{
    size_t count = 0, place = 0;
    *events = malloc((size_t)icalcomponent_count_components(calendar, ICAL_VEVENT_COMPONENT) * sizeof **events);
    icalcompiter steps = icalcomponent_begin_component(calendar, ICAL_VEVENT_COMPONENT);
    for (icalcomponent *c; (c = icalcompiter_deref(&steps)); icalcompiter_next(&steps))
        (*events)[count++] = (event){icalcomponent_get_uid(c), c, place++, 0};
    return count;
}

static void judge(event *events, size_t count)
{
    qsort(events, count, sizeof *events, by_uid);
    for (size_t first = 0, next; first < count; first = next) {
        for (next = first + 1; next < count && !strcmp(events[next].uid, events[first].uid);)
            next++;
        int shown = is_shown(events + first, next - first);
        for (size_t i = first; i < next; i++)
            events[i].shown = shown;
    }
    qsort(events, count, sizeof *events, by_place);
}

/* To remove the first component takes no time; to remove any other takes a walk from the first. */
static icalcomponent *kept(icalcomponent *calendar, const event *events)
{
    icalcomponent *small = icalcomponent_new(ICAL_VCALENDAR_COMPONENT);
    icalproperty *p = icalcomponent_get_first_property(calendar, ICAL_ANY_PROPERTY);
    for (; p; p = icalcomponent_get_next_property(calendar, ICAL_ANY_PROPERTY))
        icalcomponent_add_property(small, icalproperty_new_clone(p));
    for (icalcomponent *c; (c = icalcomponent_get_first_component(calendar, ICAL_ANY_COMPONENT));) {
        icalcomponent_remove_component(calendar, c);
        if (icalcomponent_isa(c) != ICAL_VEVENT_COMPONENT || (events++)->shown)
            icalcomponent_add_component(small, c);
        else
            icalcomponent_free(c);
    }
    return small;
}

static void write_to(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    if (!file || fputs(text, file) < 0 || fclose(file))
        fail("can't write");
}

int main(int count, char **words)
{
    if (count != 6)
        fail("usage: libical INPUT OUTPUT START END ZONE");
    window_start = atoll(words[3]);
    window_end = atoll(words[4]);
    icalcomponent *calendar = parsed(words[1]);
    event *events;
    size_t all = events_of(calendar, &events);
    judge(events, all);
    write_to(words[2], icalcomponent_as_ical_string(kept(calendar, events)));
    return 0;
}
