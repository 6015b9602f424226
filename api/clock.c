#include "clock.h"

#include <ctype.h>
#include <stdio.h>

int64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_real_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * CLOCK_NS + now.tv_nsec;
}

struct timespec clock_timespec(int64_t ms)
{
	if (ms < 0)
		ms = 0;
	return (struct timespec){.tv_sec = (time_t)(ms / 1000), .tv_nsec = (ms % 1000) * 1000000};
}

void clock_cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(cond, &attributes);
	pthread_condattr_destroy(&attributes);
}

/* Does text have the shape, in which '0' stands for any digit? */
static int has_shape(const char *text, const char *shape)
{
	for (; *shape != '\0'; text++, shape++)
		if (*shape == '0' ? !isdigit((unsigned char)*text) : *text != *shape)
			return 0;
	return 1;
}

static int digits(const char *text, int count)
{
	int value = 0;

	while (count-- > 0)
		value = value * 10 + (*text++ - '0');
	return value;
}

/* The offset at the end, "Z" or "+05:30", in seconds; -1 if it is none (no offset is odd). */
static long parse_offset(const char *text)
{
	if ((text[0] == 'Z' || text[0] == 'z') && text[1] == '\0')
		return 0;
	if ((text[0] != '+' && text[0] != '-') || !has_shape(text + 1, "00:00") || text[6] != '\0')
		return -1;
	int hours = digits(text + 1, 2), minutes = digits(text + 4, 2);
	if (hours > 23 || minutes > 59)
		return -1;
	return (text[0] == '-' ? -60L : 60L) * (hours * 60 + minutes);
}

static int days_in(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

time_t clock_parse(const char *text)
{
	if (text == NULL || !has_shape(text, "0000-00-00") ||
		(text[10] != 'T' && text[10] != 't' && text[10] != ' ') ||
		!has_shape(text + 11, "00:00:00"))
		return -1;
	int year = digits(text, 4), month = digits(text + 5, 2), day = digits(text + 8, 2);
	struct tm tm = {.tm_year = year - 1900,
		.tm_mon = month - 1,
		.tm_mday = day,
		.tm_hour = digits(text + 11, 2),
		.tm_min = digits(text + 14, 2),
		.tm_sec = digits(text + 17, 2)};
	/* 60: a leap second is the second after it, as in POSIX. */
	if (month < 1 || month > 12 || day < 1 || day > days_in(year, month) || tm.tm_hour > 23 ||
		tm.tm_min > 59 || tm.tm_sec > 60)
		return -1;
	text += 19;
	if (*text == '.') {
		if (!isdigit((unsigned char)*++text))
			return -1;
		while (isdigit((unsigned char)*text))
			text++;
	}
	long offset = parse_offset(text);
	return offset == -1 ? -1 : timegm(&tm) - offset;
}

const char *clock_stamp(char to[CLOCK_STAMP], time_t when)
{
	struct tm tm;

	if (gmtime_r(&when, &tm) == NULL ||
		strftime(to, CLOCK_STAMP, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		to[0] = '\0'; /* beyond the year 9999 */
	return to;
}
