/*-------------------------------------------------------------------------
 *
 * content.c
 *	  mlops_internal.content_digest(): SHA-256 over the pieces of an artifact.
 *
 * The pieces are read one by one with the rights of the current role: the memory
 * that is taken does not grow with the file.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/lineage/graph/content.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "catalog/pg_type.h"
#include "common/cryptohash.h"
#include "common/sha2.h"
#include "executor/spi.h"
#include "utils/builtins.h"

#define PIECES_AT_ONCE 8

static const char pieces[] = "SELECT content FROM mlops.artifact_content WHERE artifact_id "
							 "OPERATOR(pg_catalog.=) $1 ORDER BY place";

PG_FUNCTION_INFO_V1(mlops_content_digest);

/* add the pieces that were just fetched */
static void
add_pieces(pg_cryptohash_ctx *hash)
{
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		bool null;
		Datum datum = SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &null);
		bytea *piece = DatumGetByteaPP(datum);

		if (pg_cryptohash_update(hash, (const uint8 *) VARDATA_ANY(piece),
								 VARSIZE_ANY_EXHDR(piece)) < 0)
			elog(ERROR, "could not update a SHA-256 hash: %s", pg_cryptohash_error(hash));
		if ((Pointer) piece != DatumGetPointer(datum))
			pfree(piece);
	}
}

/*
 * mlops_internal.content_digest(artifact bigint) returns text
 *
 * "sha256:" and 64 hexadecimal digits, as sha256sum prints them; NULL when there is no
 * piece that the current role sees.
 */
Datum
mlops_content_digest(PG_FUNCTION_ARGS)
{
	Oid types[] = {INT8OID};
	Datum values[] = {PG_GETARG_DATUM(0)};
	uint8 digest[PG_SHA256_DIGEST_LENGTH];
	char text[sizeof("sha256:") + 2 * PG_SHA256_DIGEST_LENGTH] = "sha256:";
	pg_cryptohash_ctx *hash;
	Portal portal;
	uint64 n = 0;

	SPI_connect();
	portal = SPI_cursor_open_with_args(NULL, pieces, 1, types, values, NULL, true, 0);
	hash = pg_cryptohash_create(PG_SHA256);
	if (hash == NULL || pg_cryptohash_init(hash) < 0)
		elog(ERROR, "could not begin a SHA-256 hash");
	for (;;)
	{
		SPI_cursor_fetch(portal, true, PIECES_AT_ONCE);
		if (SPI_processed == 0)
			break;
		n += SPI_processed;
		add_pieces(hash);
		SPI_freetuptable(SPI_tuptable);
	}
	if (pg_cryptohash_final(hash, digest, sizeof(digest)) < 0)
		elog(ERROR, "could not finish a SHA-256 hash");
	pg_cryptohash_free(hash);
	SPI_cursor_close(portal);
	SPI_finish();
	if (n == 0)
		PG_RETURN_NULL();
	hex_encode((const char *) digest, sizeof(digest), text + strlen("sha256:"));
	PG_RETURN_TEXT_P(cstring_to_text_with_len(text, sizeof(text) - 1));
}
