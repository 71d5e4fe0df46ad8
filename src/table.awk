# table.awk: SQL, C lists and the catalog of metrics from the tables of the rooms.
#
#     awk -v want=sql|list -v of=ROOM.table -f table.awk ALL.table ...
#
# sql: the objects of one table, after the last one the catalog of all, the view
# mlops.metric_definition; list: the C lists of one table, a header.
#
# A line that begins at the margin opens an entry, four blanks begin a field of
# it, eight or more go on with the line before.  # at the margin is a comment,
# $word stands for what "word" defined in the same file.
#
# room NAME               task TASK: of the metrics in the file
# word NAME TEXT          a text that several entries need
# state NAME              the summary type mlops.NAME, with casts to and from mlops.summary
#     is TEXT             its comment
#     io IN OUT RECV SEND   C symbols
#     combine SYMBOL      none: nothing adds up to it
#     space BYTES         how large it is about, for the planner; unless said, what its type suggests
#     arg NAME            what functions call their argument of this type
#     rows GROUP ARGUMENTS = SYMBOL   a transition function, one line for each kind of row
#     note GROUP TEXT     what comments of aggregates over these rows say besides
#     make NAME GROUP ... : TEXT      an aggregate that gives the summary itself; "the same ..." says no more
#     merge TEXT          an aggregate over summaries; the text is its comment
#     count NAME SYMBOL TEXT, value NAME SYMBOL TEXT   a function of it, bigint or float8
# rows NAME               more rows and aggregates of a state that there is; its "arg" again
# metric NAME             is in the catalog; "function NAME" is the same without
#     of STATE SYMBOL (OPTIONS) : GROUP ...   function of a summary, and the rows over which
#                         there is an aggregate; -SYMBOL: no function, the aggregates' final one,
#                         -mlops.NAME: a function that exists is
#     pair TYPE SYMBOL (OPTIONS)      function of two of them, reference and current; float8[] or a type of mlops
#     call SYMBOL (ARGUMENTS)         any other function
#     options LIST        arguments after the summary, with defaults, where (OPTIONS) are not given
#     nullable yes        a NULL of them is a value: the function is not STRICT
#     how WORDS           IMMUTABLE unless given; WINDOW, STABLE
#     option TEXT         what the comment of the function says about them
#     final SYMBOL        for aggregates of a metric with options, if not that of "of"
#     returns TYPE        float8 unless given
#     out LIST            columns of the answer, a record; "set N": rows of them, about N (0: not said)
#     is TEXT             definition: one line
#     null TEXT           when the answer is NULL
#     better WORD RANGE   higher, lower, zero or none; [0, 1]
#     interval TEXT       how metric_ci makes its bounds
#     ci STATE SYMBOL (OPTIONS) : GROUP ...   NAME_ci, as "of"; the level comes first
#     p_value yes, task TASK, needs LIST, kinds LIST   for the catalog, where they are not plain
#     list MACRO ARGUMENTS   a line M("NAME", more is better, ARGUMENTS) of a C list

function fail(text) {
    printf "%s:%d: %s\n", FILENAME, FNR, text > "/dev/stderr"
    failed = 1
    exit 1
}

function trim(text) {
    sub(/^[ \t]+/, "", text)
    sub(/[ \t]+$/, "", text)
    return text
}

function quoted(text) {
    gsub(/'/, "''", text)
    return "'" text "'"
}

# the text before the first "mark"; the rest is left in "rest"
function before(text, mark,    at) {
    at = index(text, mark)
    rest = at ? trim(substr(text, at + length(mark))) : ""
    return trim(at ? substr(text, 1, at - 1) : text)
}

# STATE SYMBOL (OPTIONS) : GROUP ..., into the globals "symbol", "options" and "groups"; the state
function parsed(text,    state) {
    state = before(text, " ")
    text = rest
    options = field["options"]
    if (match(text, /[(].*[)]/)) {
        options = substr(text, RSTART + 1, RLENGTH - 2)
        text = substr(text, 1, RSTART - 1) substr(text, RSTART + RLENGTH)
    }
    symbol = before(text, ":")
    groups = rest
    return state
}

# arguments without defaults, as COMMENT ON wants them
function signature(arguments,    part, n, i, s) {
    n = split(arguments, part, ",")
    for (i = 1; i <= n; i++) {
        sub(/ DEFAULT .*/, "", part[i])
        s = s (i > 1 ? ", " : "") trim(part[i])
    }
    return s
}

function joined(a, b, by) {
    return a != "" && b != "" ? a by b : a b
}

# is the field there?  (asking for its value would make it)
function has(key) {
    return n_field[key] > 0
}

function put(text) {
    if (want == "sql" && file == of)
        print text
}

function comment(kind, name, arguments, text) {
    put("COMMENT ON " kind " " name "(" signature(arguments) ") IS " quoted(text) ";\n")
}

# CREATE FUNCTION with a C symbol; strict is "STRICT" or empty
function make_function(name, arguments, returns, strict, symbol, text) {
    put("CREATE FUNCTION " name "(" arguments ") RETURNS " returns "\n    LANGUAGE C " \
        joined(has("how") ? field["how"] : "IMMUTABLE", joined(strict, "PARALLEL SAFE", " "), " ") \
        (field["set"] > 0 ? " ROWS " field["set"] : "") " AS 'MODULE_PATHNAME', '" symbol "';")
    comment("FUNCTION", name, arguments, text)
}

function make_aggregate(name, arguments, transition, state, final, text) {
    put("CREATE AGGREGATE " name "(" arguments ") (\n    SFUNC = " transition ", STYPE = mlops." state "," \
        (state in space ? " SSPACE = " space[state] "," : "") \
        (final == "" ? "" : "\n    FINALFUNC = " final ", FINALFUNC_MODIFY = READ_ONLY,") \
        "\n    COMBINEFUNC = mlops_internal." state "_combine, PARALLEL = SAFE\n);")
    comment("AGGREGATE", name, arguments, text)
}

# an aggregate over each kind of rows of the groups named in "groups"
function make_aggregates(name, state, groups, final, text, ending,    group, n, i, j, key) {
    n = split(groups, group, " ")
    for (i = 1; i <= n; i++) {
        key = state SUBSEP group[i]
        if (!(key in n_rows))
            fail("no rows " group[i] " of " state)
        for (j = 1; j <= n_rows[key]; j++)
            make_aggregate("mlops." name, row_args[key, j], accum_name(state, group[i]), state, final,
                           joined(joined(text, row_note[key], "; "), ending, "; "))
    }
}

function accum_name(state, group) {
    return "mlops_internal." state "_accum" (group == "plain" ? "" : "_" group)
}

function state_type(state,    io, n, i, way, what) {
    n = split(field["io"], io, " ")
    if (n != 4)
        fail("io wants four symbols")
    split("in out recv send", way, " ")
    split("input output receive send", what, " ")
    put("CREATE TYPE mlops." state ";\n")
    for (i = 1; i <= 4; i++)
        make_function("mlops_internal." state "_" way[i],
                      i == 1 ? "cstring" : i == 3 ? "internal" : "mlops." state,
                      i == 2 ? "cstring" : i == 4 ? "bytea" : "mlops." state,
                      "STRICT", io[i], what[i] " function of mlops." state)
    put("CREATE TYPE mlops." state " (\n" \
        "    INPUT = mlops_internal." state "_in, OUTPUT = mlops_internal." state "_out,\n" \
        "    RECEIVE = mlops_internal." state "_recv, SEND = mlops_internal." state "_send,\n" \
        "    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended\n);")
    put("COMMENT ON TYPE mlops." state " IS " quoted(field["is"]) ";\n")
    put("CREATE CAST (mlops." state " AS mlops.summary) WITHOUT FUNCTION AS ASSIGNMENT;\n" \
        "COMMENT ON CAST (mlops." state " AS mlops.summary) IS 'the same bytes, whose tag says what they are';\n")
    # the symbol asks for the type that its function returns
    put("CREATE FUNCTION mlops_internal." state "_of_summary(summary mlops.summary) RETURNS mlops." state "\n" \
        "    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_any_summary_cast';")
    comment("FUNCTION", "mlops_internal." state "_of_summary", "summary mlops.summary",
            "a summary that is a mlops." state "; error 42804 when it is another")
    put("CREATE CAST (mlops.summary AS mlops." state ") WITH FUNCTION mlops_internal." state \
        "_of_summary(mlops.summary);\n" \
        "COMMENT ON CAST (mlops.summary AS mlops." state ") IS 'checks the tag';\n")
    if (has("combine"))
        make_function("mlops_internal." state "_combine", "state mlops." state ", other mlops." state, "mlops." state,
                      "", field["combine"], "both together; NULL is the empty state")
}

# rows GROUP ARGUMENTS = SYMBOL
function state_rows(state, text,    group, key, arguments) {
    group = before(text, " ")
    arguments = before(rest, "=")
    key = state SUBSEP group
    n_rows[key]++
    row_args[key, n_rows[key]] = arguments
    make_function(accum_name(state, group), "state mlops." state ", " arguments, "mlops." state, "", rest,
                  "transition function: add a row to mlops." state)
}

function state_entry(state,    i, name) {
    if (kind == "state")
        state_type(state)
    if (kind == "state" || has("arg"))
        arg[state] = has("arg") ? field["arg"] : state
    if (has("space"))
        space[state] = field["space"]
    for (i = 1; i <= n_field["note"]; i++) {
        name = before(field["note", i], " ")
        row_note[state, name] = rest
    }
    for (i = 1; i <= n_field["rows"]; i++)
        state_rows(state, field["rows", i])
    for (i = 1; i <= n_field["make"]; i++) {
        name = before(field["make", i], " ")
        groups = before(rest, ":")
        make_aggregates(name, state, groups, "", rest, rest ~ /^the same / ? "" : "NULL without rows")
    }
    if (has("merge"))
        make_aggregate("mlops.merge", arg[state] " mlops." state, "mlops_internal." state "_combine", state, "",
                       field["merge"])
    for (i = 1; i <= n_field["count"]; i++)
        state_function(state, field["count", i], "bigint")
    for (i = 1; i <= n_field["value"]; i++)
        state_function(state, field["value", i], "float8")
}

# NAME SYMBOL TEXT
function state_function(state, text, returns,    name, symbol) {
    name = before(text, " ")
    symbol = before(rest, " ")
    make_function("mlops." name, arg[state] " mlops." state, returns, "STRICT", symbol, rest)
}

function strictness() {
    return has("nullable") && options != "" ? "" : "STRICT"
}

function function_comment(    null) {
    null = has("null") ? "NULL " field["null"] : ""
    return joined(joined(field["is"], field["option"], "; "), null, "; ")
}

# of STATE SYMBOL (OPTIONS) : GROUP ...
function metric_of(name, text,    state, final) {
    state = parsed(text)
    if (!(state in arg))
        fail("no state " state)
    needed = joined(needed, state, ",")
    final = field["final"] == "" ? symbol : field["final"]
    sub(/^-/, "", final)
    if (symbol !~ /^-/)
        make_function("mlops." name, joined(joined(arg[state] " mlops." state, options, ", "), columns(), ", "),
                      returned(), strictness(), symbol, function_comment())
    if (groups == "")
        return
    if (symbol !~ /^-/ && options == "" && !has("final"))
        final = "mlops." name
    else if (final !~ /^mlops\./) {
        make_function("mlops_internal." name "_final", "state mlops." state, returned(), "STRICT", final,
                      "final function of mlops." name)
        final = "mlops_internal." name "_final"
    }
    make_aggregates(name, state, groups, final, field["is"], has("null") ? "NULL " field["null"] : "")
    kinds_of(state, groups)
}

# pair TYPE SYMBOL (OPTIONS)
function metric_pair(name, text,    type) {
    type = parsed(text)
    if (type !~ /\[\]/) {
        needed = joined(needed, type, ",")
        type = "mlops." type
    }
    make_function("mlops." name,
                  joined(joined("reference " type ", current " type, options, ", "), columns(), ", "),
                  returned(), strictness(), symbol, function_comment())
}

# call SYMBOL (ARGUMENTS)
function metric_call(name, text,    called) {
    called = parsed(text)
    make_function("mlops." name, joined(options, columns(), ", "), returned(), strictness(), called, function_comment())
}

function returned() {
    return has("set") ? "SETOF record" : has("out") ? "record" : has("returns") ? field["returns"] : "float8"
}

# the columns of an answer as arguments
function columns(    part, n, i, s) {
    n = split(field["out"], part, ",")
    for (i = 1; i <= n; i++)
        s = joined(s, "OUT " trim(part[i]), ", ")
    return s
}

# ci STATE SYMBOL (OPTIONS) : GROUP ...
function metric_ci(name, text,    state, how) {
    state = parsed(text)
    how = name " with its 95 percent interval: " field["interval"]
    make_function("mlops." name "_ci", joined(arg[state] " mlops." state ", level float8 DEFAULT 0.95", options, ", "),
                  "mlops.confidence_interval", "STRICT", symbol,
                  name " with its interval: " field["interval"] "; NULL without rows")
    if (groups == "")
        return
    make_function("mlops_internal." name "_ci_final", "state mlops." state, "mlops.confidence_interval", "STRICT",
                  symbol, "final function of mlops." name "_ci")
    make_aggregates(name "_ci", state, groups, "mlops_internal." name "_ci_final", how, "NULL without rows")
}

# the types that the first argument of an aggregate has
function kinds_of(state, groups,    group, n, i, j, key, type) {
    n = split(groups, group, " ")
    for (i = 1; i <= n; i++)
        for (j = 1; j <= n_rows[state, group[i]]; j++) {
            type = row_args[state, group[i], j]
            if (type ~ /^VARIADIC/)
                type = "x number"
            sub(/,.*/, "", type)
            sub(/^[^ ]* /, "", type)
            if (index("," kinds ",", "," type ",") == 0)
                kinds = joined(kinds, type, ",")
        }
}

function metric_entry(name,    i, better, range) {
    needed = kinds = ""
    for (i = 1; i <= n_field["of"]; i++)
        metric_of(name, field["of", i])
    for (i = 1; i <= n_field["pair"]; i++)
        metric_pair(name, field["pair", i])
    for (i = 1; i <= n_field["call"]; i++)
        metric_call(name, field["call", i])
    for (i = 1; i <= n_field["ci"]; i++)
        metric_ci(name, field["ci", i])
    better = before(field["better"], " ")
    range = rest
    for (i = 1; i <= n_field["list"]; i++)
        metric_list(name, field["list", i], better)
    if (kind == "metric")
        definitions = joined(definitions, "    (" quoted(name) ", " quoted(room) ", " \
            or_null(has("task") ? field["task"] : task) ", " \
            array(has("kinds") ? field["kinds"] : kinds) ", " \
            array(has("needs") ? field["needs"] : needed) ", " \
            or_null(range) ", " or_null(better) ", " (has("p_value") ? "true" : "false") ", " \
            (has("interval") ? "true" : "false") ",\n     " quoted(field["is"]) ")", ",\n")
}

function or_null(text) {
    return text == "" ? "NULL" : quoted(text)
}

function array(text) {
    gsub(/, /, ",", text)
    return or_null(text == "" ? "" : "{" text "}")
}

function column(name, text) {
    put("COMMENT ON COLUMN mlops.metric_definition." name " IS " quoted(text) ";")
}

function catalog() {
    put("CREATE VIEW mlops.metric_definition WITH (security_invoker = true) AS\n" \
        "SELECT name, room, task, kinds::text[], needs::text[], range, direction,\n" \
        "    has_p_value, has_interval, meaning\n" \
        "FROM (VALUES\n" definitions ")\n" \
        "AS m (name, room, task, kinds, needs, range, direction, has_p_value, has_interval, meaning);")
    put("COMMENT ON VIEW mlops.metric_definition IS 'every metric and statistic there is and what its values mean';")
    column("name", "SQL name of the metric")
    column("room", "the room of the source it lives in: a family of metrics")
    column("task", "what kind of prediction it judges")
    column("kinds", "types of labels or columns it takes")
    column("needs", "summary types it is read of: one of them suffices")
    column("range", "values it can take")
    column("direction", "which values are better: higher, lower, zero (nearest to it) or none")
    column("has_p_value", "its result has a p-value")
    column("has_interval", "metric_ci gives its interval")
    column("meaning", "definition")
    put("GRANT SELECT ON mlops.metric_definition TO PUBLIC;\n")
}

# list MACRO ARGUMENTS
function metric_list(name, text, better,    macro) {
    macro = before(text, " ")
    if (file != of)
        return
    if (!(macro in list))
        macros[++n_macros] = macro
    list[macro] = list[macro] " \\\n\tM(" \
        joined("\"" name "\", " (better == "higher" ? "true" : "false"), rest, ", ") ")"
}

function entry(    i) {
    if (kind == "room") {
        room = name
        task = field["task"]
    }
    else if (kind == "word")
        word[name] = field["text"]
    else if (kind == "state" || kind == "rows")
        state_entry(name)
    else if (kind == "metric" || kind == "function")
        metric_entry(name)
    else if (kind != "")
        fail("unknown entry " kind)
    kind = ""
    split("", field)
    split("", n_field)
}

# a text with the words of its file put in
function expanded(text,    done, name) {
    while (match(text, /[$][a-z_]+/)) {
        name = substr(text, RSTART + 1, RLENGTH - 1)
        if (!(name in word))
            fail("no word " name)
        done = done substr(text, 1, RSTART - 1) word[name]
        text = substr(text, RSTART + RLENGTH)
    }
    return done text
}

# a field is whole when the next line is another
function keep(    key, value) {
    if (line == "")
        return
    key = before(line, " ")
    value = expanded(rest)
    line = ""
    if (index(" task text is io combine space arg rows note make merge count value of pair call options nullable " \
              "how option final returns out set null better interval ci p_value needs kinds list ", " " key " ") == 0)
        fail("unknown field " key)
    field[key] = value
    field[key, ++n_field[key]] = value
}

FNR == 1 { keep(); entry(); file = FILENAME; split("", word) }
/^#/ || /^[ \t]*$/ { next }
/^word / { keep(); entry(); kind = $1; name = $2; line = $0; sub(/^word +[^ ]+/, "text", line); next }
/^[^ ]/ { keep(); entry(); kind = $1; name = $2; next }
/^    [^ ]/ { keep(); line = trim($0); next }
/^        / { line = line " " trim($0); next }
{ fail("a field begins with four blanks, the rest of one with eight") }

END {
    if (failed)
        exit 1
    keep()
    entry()
    if (file == of)
        catalog()
    if (want == "list") {
        print "/* made by src/table.awk */"
        for (i = 1; i <= n_macros; i++)
            printf "\n#define %s(M)%s\n", macros[i], list[macros[i]]
    }
}
