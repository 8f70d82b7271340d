#include "tui/dialog_parts.h"

#include <string.h>

/* One finding, whole; and the question before it is mended. */

static void add_section(struct sheet *sheet, const char *label, struct pen pen, const char *text)
{
	struct sheet inner = sheet_open_section(sheet, label);
	sheet_paragraph(&inner, pen, text);
	sheet_close_section(sheet, &inner);
}

void dialog_fill_finding(struct sheet *sheet)
{
	const struct model *model = sheet->scene->model;
	const struct health_finding *finding = model_finding(model);
	char age[DURATION_TEXT_BYTES + 8];
	if (finding == NULL) {
		sheet_paragraph(sheet, PEN(GOOD), "This finding is gone.");
		return;
	}
	part_age(model, finding->at_ms, age);
	sheet_paragraph(sheet, PEN(STRONG), finding->subject);
	sheet_blank(sheet);
	add_section(sheet, health_severity_word(finding->severity),
		part_health_severity(finding->severity), finding->evidence);
	add_section(sheet, "seen", PEN(TEXT), age);
	add_section(sheet, "means", PEN(TEXT), health_kind_meaning(finding->kind));
	if (finding->statement != NULL)
		add_section(sheet, health_can_repair(finding) ? "mends it" : "helps", PEN(STRONG),
			finding->statement);
	add_section(sheet, "name", PEN(DIM), finding->id);
	if (health_can_repair(finding))
		sheet_key(sheet, ACTION_FIX, "mend it (asks first)");
	sheet_key(sheet, ACTION_COPY,
		finding->statement != NULL ? "copy the statement" : "copy what was found");
}

void dialog_fill_fix(struct sheet *sheet)
{
	const struct model *model = sheet->scene->model;
	const struct health_finding *finding = model_finding(model);
	if (finding == NULL || !health_can_repair(finding)) {
		sheet_paragraph(sheet, PEN(STRONG), "There is nothing to mend here any more.");
		sheet_blank(sheet);
		sheet_key(sheet, ACTION_CANCEL, "close");
		return;
	}
	sheet_paragraph(sheet, PEN(STRONG), finding->subject);
	sheet_paragraph(sheet, part_health_severity(finding->severity), finding->evidence);
	sheet_blank(sheet);
	sheet_paragraph(sheet, PEN(TEXT), "This runs now, in the warehouse that is worked on:");
	sheet_blank(sheet);
	sheet_paragraph(sheet, PEN(STRONG), finding->statement);
	sheet_blank(sheet);
	sheet_key(sheet, ACTION_QUIT_NOW, "run it, then look again");
	sheet_key(sheet, ACTION_CANCEL, "cancel: nothing is changed");
}
