/*-------------------------------------------------------------------------
 *
 * profile_values.h
 *	  What the SQL functions of a profile share among themselves.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/profile_values.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_PROFILE_PROFILE_VALUES_H
#define MLOPS_PROFILE_PROFILE_VALUES_H

#include "core/server/result.h"
#include "profile/profile.h"

/* profile_functions.c */
extern int64_t mlops_profile_n_rows(const MlopsProfile *p);
extern int64_t mlops_profile_n_negative(const MlopsProfile *p);
extern double mlops_profile_uniqueness(const MlopsProfile *p);
extern double mlops_profile_iqr(const MlopsProfile *p);
extern double mlops_profile_quantile_of(const MlopsProfile *p, double q);
extern text *mlops_profile_extreme_text(const MlopsProfile *p, bool least);
extern const char *mlops_infinity_text(MlopsKind kind, bool positive);

/* part / whole, NaN when whole is 0 */
extern double mlops_share(int64_t part, int64_t whole);

/* profile_tables.c: the most frequent value, NULL when it cannot be told */
extern text *mlops_profile_mode(const MlopsProfile *p);

/* count the values that wait */
extern void mlops_profile_count_batch(MlopsProfileState *s);
extern int64_t mlops_profile_characters(const char *value, uint32_t length);

#endif /* MLOPS_PROFILE_PROFILE_VALUES_H */
