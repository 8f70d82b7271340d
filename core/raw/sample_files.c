#include "sample_files.h"

#include "base/memory.h"
#include "base/path.h"
#include "raw/sample.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FLUSH_BYTES ((size_t)256 * 1024)

static const struct {
	const char *name, *header;
} descriptions[SHEET_COUNT] = {
	[SHEET_GAMES] = {"games.csv",
		"game_id,season,game_date,home,away,home_pts,away_pts,home_q,away_q,n_ot,tip_et,"
		"arena,arena_city,attendance,duration_min,officials\n"},
	[SHEET_TEAM_BOX] = {"team_box.csv",
		"game_id,game_date,team,opp,home,win,min,pts,fgm,fga,fg3m,fg3a,ftm,fta,oreb,dreb,"
		"reb,ast,stl,blk,tov,tov_players,pf,plus_minus\n"},
	[SHEET_PLAYER_BOX] = {"player_box.csv",
		"game_id,game_date,team,opp,home,player_id,player,starter,min,sec,pts,fgm,fga,fg3m,"
		"fg3a,ftm,fta,oreb,dreb,ast,stl,blk,tov,pf,plus_minus\n"},
	[SHEET_SHOTS] = {"shots.csv",
		"game_id,shot_no,game_date,team,opp,player_id,period,sec_left,made,pts_value,zone,"
		"dist_ft,loc_x,loc_y,action\n"},
	[SHEET_DID_NOT_PLAY] = {"did_not_play.csv",
		"game_id,game_date,team,player_id,player,status,reason\n"},
	[SHEET_ODDS] = {"odds.csv",
		"game_id,game_date,home,away,source,home_spread_open,total_open,home_spread,total,"
		"ml_home,ml_away\n"},
	[SHEET_INJURIES] = {"injuries.csv",
		"report_date,game_date,game_id,team,player_id,player,status,reason\n"},
	[SHEET_PLAYERS] = {"players.csv", "player_id,player,lookup,bbref_id\n"},
	[SHEET_TEAMS] = {"teams.csv",
		"season,team,team_id,name,arena,arena_city,home_games_there,home_games_elsewhere,"
		"lat,lon,elev_m,tz\n"},
};

static bool is_ours(const char *name)
{
	for (size_t i = 0; i < SHEET_COUNT; i++)
		if (strcmp(descriptions[i].name, name) == 0)
			return true;
	return strcmp(name, SAMPLE_MARK_NAME) == 0;
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* An empty folder, or a sample and nothing else: what may be replaced. */
static bool may_replace(const char *folder, struct error *err)
{
	DIR *open = opendir(folder);
	if (open == NULL)
		return error_set_system(err, errno, "cannot open the folder %s", folder);
	char *foreign = NULL;
	bool is_empty = true;
	bool has_mark = false;
	for (const struct dirent *entry; foreign == NULL && (entry = readdir(open)) != NULL;) {
		if (is_dots(entry->d_name))
			continue;
		is_empty = false;
		has_mark = has_mark || strcmp(entry->d_name, SAMPLE_MARK_NAME) == 0;
		if (!is_ours(entry->d_name))
			foreign = memory_copy_text(entry->d_name);
	}
	closedir(open);
	bool may = is_empty || (has_mark && foreign == NULL);
	if (!may)
		error_set(err, ERROR_INPUT,
			"%s holds %s, which is not of a sample: give a new or an empty folder",
			folder, foreign != NULL ? foreign : "CSV files without " SAMPLE_MARK_NAME);
	free(foreign);
	return may;
}

/* A moved-away current folder would leave the user's shell in a place that is no more. */
static bool is_current(const char *folder)
{
	char current[PATH_MAX];
	return getcwd(current, sizeof(current)) != NULL && strcmp(current, folder) == 0;
}

static bool resolve_target(const char *folder, char **target, struct error *err)
{
	char resolved[PATH_MAX];
	if (realpath(folder, resolved) != NULL) {
		if (is_current(resolved))
			return error_set(err, ERROR_INPUT,
				"%s is the current folder: give another one for the sample",
				resolved);
		if (!may_replace(resolved, err))
			return false;
		*target = memory_copy_text(resolved);
		return true;
	}
	if (errno != ENOENT)
		return error_set_system(err, errno, "cannot make a sample in %s", folder);
	size_t length = strlen(folder);
	while (length > 1 && folder[length - 1] == '/')
		length--;
	*target = memory_copy_span(folder, length);
	if (path_make_parent(*target, err))
		return true;
	free(*target);
	return false;
}

static bool open_sheet(struct sample_files *files, enum sample_sheet sheet, struct error *err)
{
	char *path = path_join(files->workplace, descriptions[sheet].name);
	struct sheet *opened = &files->sheets[sheet];
	opened->descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (opened->descriptor < 0)
		error_set_system(err, errno, "cannot write %s", path);
	buffer_add_text(&opened->rows, descriptions[sheet].header);
	free(path);
	return opened->descriptor >= 0;
}

static bool open_workplace(struct sample_files *files, struct error *err)
{
	char *workplace = memory_format("%s.part-XXXXXX", files->target);
	if (mkdtemp(workplace) == NULL) {
		error_set_system(err, errno, "cannot make a folder beside %s", files->target);
		free(workplace);
		return false;
	}
	files->workplace = workplace;
	bool done = true;
	for (int i = 0; done && i < SHEET_COUNT; i++)
		done = open_sheet(files, (enum sample_sheet)i, err);
	return done;
}

bool sample_files_open(const char *folder, struct sample_files **opened, struct error *err)
{
	struct sample_files *files = memory_new(sizeof(*files));
	for (size_t i = 0; i < SHEET_COUNT; i++)
		files->sheets[i].descriptor = -1;
	if (resolve_target(folder, &files->target, err) && open_workplace(files, err)) {
		*opened = files;
		return true;
	}
	sample_files_free(files);
	return false;
}

/* Only the files of a sample; anything else keeps its folder. */
void sample_remove(const char *folder)
{
	char *mark = path_join(folder, SAMPLE_MARK_NAME);
	unlink(mark);
	free(mark);
	for (size_t i = 0; i < SHEET_COUNT; i++) {
		char *path = path_join(folder, descriptions[i].name);
		unlink(path);
		free(path);
	}
	rmdir(folder);
}

void sample_files_free(struct sample_files *files)
{
	if (files == NULL)
		return;
	for (size_t i = 0; i < SHEET_COUNT; i++) {
		buffer_release(&files->sheets[i].rows);
		if (files->sheets[i].descriptor >= 0)
			close(files->sheets[i].descriptor);
	}
	if (files->workplace != NULL)
		sample_remove(files->workplace);
	free(files->workplace);
	free(files->target);
	free(files);
}

static bool write_rows(struct sample_files *files, size_t index, struct error *err)
{
	struct sheet *sheet = &files->sheets[index];
	size_t done = 0;
	while (done < sheet->rows.length) {
		ssize_t put = write(
			sheet->descriptor, sheet->rows.bytes + done, sheet->rows.length - done);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return error_set_system(err, errno, "cannot write %s/%s", files->workplace,
				descriptions[index].name);
		done += (size_t)put;
	}
	buffer_clear(&sheet->rows);
	return true;
}

bool sample_files_flush(struct sample_files *files, struct error *err)
{
	for (size_t i = 0; i < SHEET_COUNT; i++)
		if (files->sheets[i].rows.length >= FLUSH_BYTES && !write_rows(files, i, err))
			return false;
	return true;
}

static bool close_sheet(struct sample_files *files, size_t index, struct error *err)
{
	int descriptor = files->sheets[index].descriptor;
	bool synced = fsync(descriptor) == 0;
	int number = errno;
	files->sheets[index].descriptor = -1;
	if (close(descriptor) != 0 && synced) {
		synced = false;
		number = errno;
	}
	return synced || error_set_system(err, number, "cannot finish %s/%s", files->workplace,
				 descriptions[index].name);
}

/* An earlier sample steps aside first; it comes back when the new one cannot take its place. */
static bool move_into_place(struct sample_files *files, struct error *err)
{
	char *aside = memory_format("%s.old", files->workplace);
	bool has_old = rename(files->target, aside) == 0;
	bool done = has_old || errno == ENOENT;
	if (done)
		done = rename(files->workplace, files->target) == 0;
	if (!done) {
		error_set_system(err, errno, "cannot move the sample to %s", files->target);
		if (has_old)
			rename(aside, files->target);
	} else if (has_old)
		sample_remove(aside);
	free(aside);
	return done;
}

bool sample_files_finish(struct sample_files *files, const char *note, struct error *err)
{
	for (size_t i = 0; i < SHEET_COUNT; i++)
		if (!write_rows(files, i, err) || !close_sheet(files, i, err))
			return false;
	char *mark = path_join(files->workplace, SAMPLE_MARK_NAME);
	bool done = path_write_file(mark, note, strlen(note), err);
	free(mark);
	if (!done || !move_into_place(files, err))
		return false;
	free(files->workplace);
	files->workplace = NULL;
	return true;
}

static void begin_field(struct sheet *sheet)
{
	if (sheet->in_row)
		buffer_add_char(&sheet->rows, ',');
	sheet->in_row = true;
}

void sheet_text(struct sheet *sheet, const char *text)
{
	begin_field(sheet);
	if (text == NULL)
		return;
	if (strpbrk(text, ",\"\r\n") == NULL) {
		buffer_add_text(&sheet->rows, text);
		return;
	}
	buffer_add_char(&sheet->rows, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			buffer_add_char(&sheet->rows, '"');
		buffer_add_char(&sheet->rows, *text);
	}
	buffer_add_char(&sheet->rows, '"');
}

/* Half of all fields are numbers: without printf the season is written in half the time. */
static void add_number(struct buffer *rows, int value)
{
	char digits[12];
	size_t at = sizeof(digits);
	unsigned rest = value < 0 ? -(unsigned)value : (unsigned)value;
	do
		digits[--at] = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (value < 0)
		digits[--at] = '-';
	buffer_add(rows, digits + at, sizeof(digits) - at);
}

void sheet_integer(struct sheet *sheet, int value)
{
	begin_field(sheet);
	add_number(&sheet->rows, value);
}

void sheet_halves(struct sheet *sheet, int halves)
{
	begin_field(sheet);
	if (halves == -1)
		buffer_add_char(&sheet->rows, '-'); /* -1 / 2 is 0, which has no sign */
	add_number(&sheet->rows, halves / 2);
	if (halves % 2 != 0)
		buffer_add_text(&sheet->rows, ".5");
}

void sheet_date(struct sheet *sheet, date_t date)
{
	char text[DATE_TEXT_BYTES];
	begin_field(sheet);
	buffer_add_text(&sheet->rows, date_format(date, text));
}

void sheet_end_row(struct sheet *sheet)
{
	buffer_add_char(&sheet->rows, '\n');
	sheet->in_row = false;
}
