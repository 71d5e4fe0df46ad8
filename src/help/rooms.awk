# rooms.awk: which room a public name lives in, for mlops.help().
#
#     awk -f rooms.awk SCRIPT
#
# The script passes as it is, but for the line @ROOMS@: there stands a row for each
# room of what it creates in schema mlops, ('room', '{name,name}').  A line
# "-- src/ROOM/FILE" begins each piece of the script.

/^-- src\/.*\/[^\/]*$/ {
    room = $2
    sub(/^src\//, "", room)
    sub(/\/[^\/]*$/, "", room)
}

/^CREATE (FUNCTION|PROCEDURE|AGGREGATE|TYPE|TABLE|VIEW) mlops\./ {
    name = substr($3, 7)
    sub(/[^a-z0-9_].*/, "", name)
    if (!((room, name) in seen)) {
        seen[room, name] = 1
        if (!(room in names))
            order[++n] = room
        else if (length(names[room] name) - broken[room] > 95) {
            names[room] = names[room] ",\n            "
            broken[room] = length(names[room])
        } else
            names[room] = names[room] ","
        names[room] = names[room] name
    }
}

$0 == "@ROOMS@" {
    for (i = 1; i <= n; i++)
        printf "        ('%s', '{%s}')%s\n", order[i], names[order[i]], i < n ? "," : ""
    next
}

{ print }
