"""The fingerprint of a table: ratios to count() with hashtext over the same columns."""
from harness import ROWS, compare, cursor

TABLES = {
    "numbers": ("a integer, b bigint, c float8, d float8, e numeric",
                "i, i * 79::bigint, random(), random() * 1000, (random() * 1000)::numeric(10, 2)"),
    "texts": ("a text, b text, c text", "'v' || i, md5(i::text), (ARRAY['free', 'basic', 'plus'])[1 + i % 3]"),
    "mixed": ("a integer, b float8, c text, d timestamptz, e boolean, f numeric, g date, h text",
              "i, random(), 'customer ' || i, now() + i * interval '1 s', i % 2 = 0, i / 100.0, current_date + i % 1000, (ARRAY['x', NULL, 'z'])[1 + i % 3]"),
}
for name, (columns, values) in TABLES.items():
    cursor.execute(f"DROP TABLE IF EXISTS bench_fingerprint; CREATE TABLE bench_fingerprint ({columns})")
    cursor.execute(f"INSERT INTO bench_fingerprint SELECT {values} FROM generate_series(1, {min(ROWS, 1000000)}) AS i; ANALYZE bench_fingerprint")
    names = [c.split()[0] for c in columns.split(", ")]
    hashes = " + ".join(f"coalesce(hashtext({n}::text), 0)::bigint" for n in names)
    compare(name, "hashtext", {
        "hashtext": f"SELECT count(*), sum({hashes}) FROM bench_fingerprint",
        "hash_record_extended": "SELECT count(*), sum(hash_record_extended(t, 0)) FROM bench_fingerprint AS t",
        "fingerprint": ("SELECT mlops.fingerprint(t) FROM bench_fingerprint AS t", "", "2.0"),
    })
cursor.execute("DROP TABLE bench_fingerprint")
