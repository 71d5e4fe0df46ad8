/*
 * svg: charts of values, as one self-contained <svg> each.  Whatever is text came
 * from somebody: it passes mlops_internal.markup before it stands in a chart or a page.
 */

/*
 * Besides the characters of markup, those go that XML forbids, that HTML calls
 * errors, and that turn the text around them (bidirectional overrides and isolates).
 * C1 controls are letters in other encodings.
 */
CREATE FUNCTION mlops_internal.markup(value text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF value ~ '^[ !#-%(-;=?-~]*$' THEN
            RETURN value;
        END IF;
        value := replace(replace(replace(replace(replace(value,
            '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;');
        IF getdatabaseencoding() = 'UTF8' THEN
            value := regexp_replace(value, '[\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069'
                '\ufdd0-\ufdef\ufffe\uffff]', '&#xFFFD;', 'g');
        END IF;
        RETURN regexp_replace(value, '[\u0001-\u0008\u000b-\u001f\u007f]', '&#xFFFD;', 'g');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.markup(text) IS
    'text for the inside of HTML and XML, elements and quoted attributes alike: escaped, without characters that are '
    'forbidden there or turn the direction of what follows';
