/*
 * second_look: receipts are read before the tables are counted, so a first write that begins in
 * between is counted without its announcement, and would pass for somebody else's complete rows.
 *
 * Where a count does not agree with the receipt of its cell the receipts are therefore read once
 * more: these are the ones to be shown. An announcement precedes its rows, so rows that were
 * counted cannot be without it there; and where a receipt has come or changed meanwhile it is newer
 * than the count, and its numbers are taken instead. No clock is asked: those of other machines
 * decide nothing. One question more, and only after a disagreement.
 *
 * Other ways: counting first and reading receipts then would show a date that was written in
 * between as one whose rows have vanished; FOR SYSTEM_TIME AS OF is not had everywhere.
 */
#ifndef BACKCOURT_WITNESS_SECOND_LOOK_H
#define BACKCOURT_WITNESS_SECOND_LOOK_H

#include "witness/witnesses.h"

/* After the counts were read. False: the receipts could not be read again; nothing has changed. */
bool second_look(struct warehouse *warehouse, const struct witness_request *request,
	struct witnesses *witnesses, struct error *err);

#endif
