"""Functions that only compute, by the engine's dialect: a statement may call these and no others.

Each list is what the engine's manual documents as scalar functions, aggregates, window functions and functions that
give rows, without those that read files or tables, run text as SQL, wait, keep or change state, ask who is
connected, or make much of nothing.
"""

from __future__ import annotations

from functools import cache

_COMMON = """
    abs acos acosh any_value approx_count_distinct array_agg ascii asin asinh atan atan2 atanh avg bit_and bit_or
    bit_xor bool_and bool_or cast cbrt ceil ceiling char_length character_length coalesce concat concat_ws corr cos
    cosh cot count covar_pop covar_samp cume_dist current_date current_time current_timestamp date degrees
    dense_rank every exp extract factorial first_value floor greatest grouping initcap lag last_value lead least
    left length listagg ln localtime localtimestamp log log10 log2 lower lpad ltrim max md5 median min mod mode
    nth_value ntile nullif octet_length overlay percent_rank percentile_cont percentile_disc pi position pow power
    radians rank regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy repeat
    replace reverse right round row row_number rpad rtrim sign sin sinh sqrt stddev stddev_pop stddev_samp
    string_agg substr substring sum tan tanh time timestamp translate trim trunc try_cast upper var_pop var_samp
    variance width_bucket
"""
_POSTGRES = """
    abbrev acosd age area array_append array_cat array_dims array_fill array_length array_lower array_ndims
    array_position array_positions array_prepend array_remove array_replace array_to_json array_to_string
    array_upper asind atan2d atand bit_count bit_length box broadcast btrim cardinality center chr circle
    clock_timestamp convert convert_from convert_to cosd cotd date_bin date_part date_trunc daterange decode
    diameter div encode erf erfc family format gcd gen_random_uuid generate_series generate_subscripts get_bit
    get_byte height host hostmask inet_merge inet_same_family int4range int8range isclosed isempty isfinite isopen
    json_agg json_array_elements json_array_elements_text json_array_length json_build_array json_build_object
    json_each json_each_text json_extract_path json_extract_path_text json_object json_object_agg json_object_keys
    json_scalar json_strip_nulls json_to_record json_to_recordset json_typeof jsonb_agg jsonb_array_elements
    jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text
    jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object jsonb_object_agg jsonb_object_keys
    jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array jsonb_path_query_first jsonb_pretty
    jsonb_set jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_typeof justify_days justify_hours
    justify_interval lcm line lower_inc lower_inf lseg make_date make_interval make_time make_timestamp
    make_timestamptz masklen min_scale netmask network normalize now npoints num_nonnulls num_nulls numnode numrange
    parse_ident path pg_typeof phraseto_tsquery plainto_tsquery point polygon quote_ident quote_literal
    quote_nullable radius random random_normal range_agg range_intersect_agg range_merge regexp_count regexp_instr
    regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr
    row_to_json scale set_bit set_byte set_masklen setweight sha224 sha256 sha384 sha512 sind split_part starts_with
    statement_timestamp string_to_array string_to_table strip strpos tand timeofday to_char to_date to_hex to_json
    to_jsonb to_number to_timestamp to_tsquery to_tsvector transaction_timestamp trim_array trim_scale ts_headline
    ts_rank ts_rank_cd tsrange tstzrange unistr unnest upper_inc upper_inf websearch_to_tsquery width xmlagg
    xmlconcat xmlelement xmlforest xpath xpath_exists
"""
_MYSQL = """
    add_months adddate addtime aes_decrypt aes_encrypt bin bin_to_uuid bit_count bit_length char charset chr
    coercibility collation compress conv convert convert_tz crc32 curdate curtime date_add date_format date_sub
    datediff day dayname dayofmonth dayofweek dayofyear elt export_set field find_in_set format from_base64
    from_days from_unixtime group_concat hex hour if ifnull inet6_aton inet6_ntoa inet_aton inet_ntoa insert instr
    is_ipv4 is_ipv6 is_uuid isnull json_array json_array_append json_array_insert json_arrayagg json_compact
    json_contains json_contains_path json_depth json_detailed json_exists json_extract json_insert json_keys
    json_length json_loose json_merge_patch json_merge_preserve json_object json_objectagg json_overlaps json_pretty
    json_query json_quote json_remove json_replace json_search json_set json_type json_unquote json_valid json_value
    last_day lcase lengthb locate make_set makedate maketime microsecond mid minute month monthname months_between
    natural_sort_key now nvl nvl2 oct ord period_add period_diff quarter quote rand regexp_instr regexp_like
    regexp_replace regexp_substr sec_to_time second sformat sha sha1 sha2 soundex space std str_to_date strcmp
    subdate substring_index subtime sysdate time_format time_to_sec timediff timestampadd timestampdiff to_base64
    to_char to_days to_seconds truncate ucase uncompress uncompressed_length unhex unix_timestamp utc_date utc_time
    utc_timestamp uuid uuid_to_bin week weekday weekofyear weight_string year yearweek
"""
_SQLITE = """
    bm25 char datetime format glob group_concat hex highlight if ifnull iif instr json json_array json_array_length
    json_each json_extract json_group_array json_group_object json_insert json_object json_patch json_quote
    json_remove json_replace json_set json_tree json_type json_valid jsonb julianday like likelihood likely
    octet_length printf quote random snippet soundex sqlite_version strftime string_agg timediff total typeof unhex
    unicode unixepoch unlikely
"""
_SPARK = """
    add_months aggregate approx_percentile approx_top_k array array_append array_compact array_contains
    array_distinct array_except array_insert array_intersect array_join array_max array_min array_position
    array_prepend array_remove array_repeat array_size array_sort array_union arrays_overlap arrays_zip base64
    bigint bin binary bit_count bit_get bit_length boolean bround btrim cardinality char charindex chr collect_list
    collect_set contains conv convert_timezone count_if count_min_sketch crc32 csc curdate date_add date_diff
    date_format date_from_unix_date date_part date_sub date_trunc dateadd datediff datepart day dayname dayofmonth
    dayofweek dayofyear decimal decode double e element_at elt encode endswith equal_null exists explode
    explode_outer expm1 filter find_in_set first flatten float forall format_number format_string from_csv from_json
    from_unixtime from_utc_timestamp get get_json_object grouping_id hash hex histogram_numeric hour hypot if iff
    ifnull ilike inline inline_outer instr int isnan isnotnull isnull json_array_length json_object_keys json_tuple
    kurtosis last last_day lcase len levenshtein like localtimestamp locate log1p luhn_check make_date
    make_dt_interval make_interval make_timestamp make_ym_interval map map_concat map_contains_key map_entries
    map_filter map_from_arrays map_from_entries map_keys map_values map_zip_with mask max_by mean min_by minute
    monotonically_increasing_id month monthname months_between named_struct nanvl negative next_day now nvl nvl2
    parse_json parse_url percentile percentile_approx pmod posexplode posexplode_outer positive printf quarter rand
    randn random range reduce regexp regexp_count regexp_extract regexp_extract_all regexp_instr regexp_like
    regexp_replace regexp_substr regr_sxx rint rlike schema_of_csv schema_of_json schema_of_variant sec second
    sentences sequence session_window sha sha1 sha2 shiftleft shiftright shiftrightunsigned shuffle signum size
    skewness slice smallint some sort_array soundex space split split_part sqrt stack startswith std str_to_map
    string struct substring_index timestamp_micros timestamp_millis timestamp_seconds timestampadd timestampdiff
    tinyint to_binary to_char to_csv to_date to_json to_number to_timestamp to_timestamp_ltz to_timestamp_ntz
    to_unix_timestamp to_utc_timestamp to_varchar transform transform_keys transform_values try_add try_avg
    try_divide try_element_at try_multiply try_parse_json try_subtract try_sum try_to_binary try_to_number
    try_to_timestamp try_variant_get typeof ucase unbase64 unhex unix_date unix_micros unix_millis unix_seconds
    unix_timestamp url_decode url_encode uuid variant_get weekday weekofyear window window_time xxhash64 year
    zeroifnull zip_with
"""
_TRINO = """
    all_match any_match approx_distinct approx_percentile arbitrary array_distinct array_except array_first
    array_intersect array_join array_last array_max array_min array_position array_remove array_sort array_sum
    array_union arrays_overlap at_timezone bar bit_count bitwise_and bitwise_left_shift bitwise_not bitwise_or
    bitwise_right_shift bitwise_xor cardinality chr codepoint combinations contains contains_sequence
    cosine_similarity count_if crc32 date_add date_diff date_format date_parse date_trunc day day_of_month
    day_of_week day_of_year e element_at entropy filter flatten format format_datetime format_number from_base
    from_base64 from_hex from_iso8601_date from_iso8601_timestamp from_unixtime from_utf8 geometric_mean
    hamming_distance histogram hour human_readable_seconds if index infinity inverse_normal_cdf is_finite
    is_infinite is_json_scalar is_nan json_array json_array_contains json_array_get json_array_length json_exists
    json_extract json_extract_scalar json_format json_object json_parse json_query json_size json_value kurtosis
    last_day_of_month levenshtein_distance luhn_check map map_agg map_concat map_entries map_filter map_from_entries
    map_keys map_union map_values map_zip_with max_by millisecond min_by minute month multimap_agg nan ngrams
    none_match normal_cdf normalize now numeric_histogram parse_datetime parse_duration quarter rand random reduce
    regexp_count regexp_extract regexp_extract_all regexp_like regexp_position regexp_replace regexp_split second
    sequence sha1 sha256 sha512 shuffle skewness slice soundex split split_part split_to_map starts_with strpos
    timezone_hour timezone_minute to_base to_base64 to_char to_date to_hex to_iso8601 to_milliseconds to_timestamp
    to_unixtime to_utf8 transform transform_keys transform_values truncate try typeof unnest url_decode url_encode
    url_extract_host url_extract_parameter url_extract_path uuid week week_of_year with_timezone word_stem xxhash64
    year year_of_week yow zip zip_with
"""
_SNOWFLAKE = """
    add_months approx_percentile approx_top_k array_append array_cat array_compact array_construct array_contains
    array_distinct array_except array_flatten array_generate_range array_intersection array_max array_min
    array_position array_size array_slice array_sort array_to_string array_union_agg array_unique_agg as_array
    as_char as_date as_double as_integer as_object as_varchar base64_decode_string base64_encode bitand bitor bitxor
    booland_agg boolor_agg charindex check_json chr collate concat conditional_change_event conditional_true_event
    contains convert_timezone count_if date_from_parts date_part date_trunc dateadd datediff day dayname dayofmonth
    dayofweek dayofweekiso dayofyear decode div0 div0null editdistance endswith equal_null flatten get get_path hash
    hash_agg haversine hex_encode hll hour iff ifnull ilike insert is_array is_boolean is_char is_date is_null_value
    is_object jarowinkler_similarity kurtosis last_day len like max_by md5_hex min_by minute month monthname
    months_between next_day nullifzero nvl nvl2 object_agg object_construct object_construct_keep_null object_delete
    object_insert object_keys object_pick parse_ip parse_json parse_url percentile_approx previous_day quarter
    random ratio_to_report regexp_count regexp_instr regexp_like regexp_replace regexp_substr regr_valx rlike second
    seq4 seq8 sha1 sha2 skew soundex space split split_part split_to_table square startswith strtok
    strtok_split_to_table strtok_to_array sysdate time_from_parts time_slice timeadd timediff timestamp_from_parts
    timestampadd timestampdiff to_array to_boolean to_char to_date to_decimal to_double to_json to_number to_object
    to_time to_timestamp to_timestamp_ltz to_timestamp_ntz to_timestamp_tz to_varchar to_variant truncate
    try_parse_json try_to_boolean try_to_date try_to_decimal try_to_double try_to_number try_to_time
    try_to_timestamp typeof uniform uuid_string week weekiso weekofyear year yearofweek zeroifnull
"""
_BIGQUERY = """
    approx_count_distinct approx_quantiles approx_top_count approx_top_sum array array_concat array_concat_agg
    array_first array_last array_length array_reverse array_to_string bit_count bool byte_length
    code_points_to_string contains_substr countif current_datetime date_add date_diff date_from_unix_date date_sub
    date_trunc datetime datetime_add datetime_diff datetime_sub datetime_trunc div ends_with farm_fingerprint
    float64 format format_date format_datetime format_time format_timestamp from_base64 from_hex generate_array
    generate_date_array generate_timestamp_array generate_uuid ieee_divide if ifnull instr int64 is_inf is_nan
    json_extract json_extract_array json_extract_scalar json_extract_string_array json_query json_query_array
    json_type json_value json_value_array last_day lax_bool lax_float64 lax_int64 lax_string logical_and logical_or
    max_by min_by normalize normalize_and_casefold offset ordinal parse_bignumeric parse_date parse_datetime
    parse_json parse_numeric parse_time parse_timestamp rand range range_bucket regexp_contains regexp_extract
    regexp_extract_all regexp_instr regexp_replace regexp_substr safe_add safe_cast safe_divide safe_multiply
    safe_negate safe_offset safe_ordinal safe_subtract sha1 sha256 sha512 soundex split st_area st_asgeojson
    st_astext st_distance st_dwithin st_geogpoint st_within starts_with string string_agg strpos struct time_add
    time_diff time_sub time_trunc timestamp_add timestamp_diff timestamp_micros timestamp_millis timestamp_seconds
    timestamp_sub timestamp_trunc to_base64 to_code_points to_hex to_json to_json_string unix_date unix_micros
    unix_millis unix_seconds unnest year
"""
_TSQL = """
    abs ascii atn2 binary_checksum char charindex checksum checksum_agg choose convert cot count_big date_bucket
    dateadd datediff datediff_big datefromparts datename datepart datetime2fromparts datetimefromparts
    datetimeoffsetfromparts datetrunc day difference eomonth format generate_series getdate getutcdate grouping_id
    hashbytes iif isdate isjson isnull isnumeric json_array json_modify json_object json_query json_value len log
    month nchar newid openjson parse patindex quotename rand replicate round smalldatetimefromparts soundex space
    square stdev stdevp str string_escape string_split stuff switchoffset sysdatetime sysdatetimeoffset
    sysutcdatetime timefromparts todatetimeoffset try_convert try_parse unicode var varp year
"""
_ORACLE = """
    add_months approx_median bin_to_num bitand chr collect cosh decode dump empty_clob first hextoraw instr instrb
    json_array json_arrayagg json_exists json_object json_objectagg json_query json_serialize json_value last
    last_day lengthb lnnvl months_between nanvl new_time next_day nls_initcap nls_lower nls_upper numtodsinterval
    numtoyminterval nvl nvl2 ora_hash percentile_approx ratio_to_report rawtohex regexp_count regexp_instr
    regexp_like regexp_replace regexp_substr remainder soundex standard_hash stats_mode substrb sys_extract_utc
    sysdate systimestamp to_binary_double to_binary_float to_char to_clob to_date to_dsinterval to_multi_byte
    to_number to_single_byte to_timestamp to_timestamp_tz to_yminterval treat tz_offset unistr vsize xmlagg
    xmlelement xmlforest
"""
_CLICKHOUSE = """
    adddays addhours addminutes addmonths addquarters addseconds addweeks addyears any anylast argmax argmin array
    arrayall arrayconcat arraycount arraycumsum arraydifference arraydistinct arrayelement arrayenumerate
    arrayexists arrayfilter arrayfirst arrayflatten arrayintersect arrayjoin arraymap arraymax arraymin arrayreduce
    arrayreverse arrayslice arraysort arraystringconcat arraysum arrayuniq arrayzip assumenotnull avgif avgweighted
    base64decode base64encode bitand bitor bitxor countdistinct countif cutfragment date_diff date_trunc dateadd
    datediff datesub datetrunc day domain empty endswith entropy exponentialmovingaverage extractall
    extracttextfromhtml format formatdatetime formatreadablequantity formatreadablesize fromunixtimestamp grouparray
    grouparraysorted groupbitand groupuniqarray has hasall hasany hex hour if ifnull indexof isfinite isinfinite
    isnan isnotnull isnull json_value jsonextract jsonextractbool jsonextractfloat jsonextractint jsonextractkeys
    jsonextractraw jsonextractstring jsonhas jsonlength kurtpop kurtsamp lagindframe leadindframe lengthutf8 like
    lowerutf8 map mapkeys mapvalues match maxif minif minute modulo month multiif notempty now now64 numbers
    parsedatetimebesteffort parsedatetimebesteffortornull path positioncaseinsensitive protocol quantile
    quantileexact quantiles quantiletdigest quantiletiming rand rand64 range replaceall replaceone replaceregexpall
    replaceregexpone retention runningaccumulate runningdifference second sequencecount sequencematch sha1 sha256
    siphash64 skewpop skewsamp splitbychar splitbyregexp splitbystring startswith stddevpop stddevsamp substringutf8
    sumif sumkahan summap sumwithoverflow timeslot toboolean todate todate32 todatetime todatetime64 today
    todayofmonth todayofweek todayofyear todecimal128 todecimal32 todecimal64 tofixedstring tofloat32 tofloat64
    tofloat64ornull tohour toint16 toint32 toint64 toint64ornull toint64orzero toint8 tointervalday tointervalhour
    tointervalmonth tointervalweek toisoweek toisoyear tojsonstring tominute tomonday tomonth tonullable topk
    toquarter tosecond tostartofday tostartoffifteenminutes tostartoffiveminutes tostartofhour tostartofinterval
    tostartofisoyear tostartofminute tostartofmonth tostartofquarter tostartofweek tostartofyear tostring
    tostringcuttozero totimezone totypename touint16 touint32 touint64 touint8 tounixtimestamp toweek toyear
    toyyyymm toyyyymmdd toyyyymmddhhmmss trimboth trimleft trimright tuple tupleelement uniq uniqcombined uniqexact
    uniqexactif uniqhll12 uniqif upperutf8 varpop varsamp week windowfunnel xxhash64 year yesterday zeroornull
"""
_EXTRA = {
    "postgres": _POSTGRES,
    "mysql": _MYSQL,
    "sqlite": _SQLITE,
    "spark": _SPARK,
    "databricks": _SPARK,
    "trino": _TRINO,
    "snowflake": _SNOWFLAKE,
    "bigquery": _BIGQUERY,
    "tsql": _TSQL,
    "oracle": _ORACLE,
    "clickhouse": _CLICKHOUSE,
}
_DUCKDB = (
    "cast try_cast coalesce nullif extract overlay grouping grouping_id ifnull if row unpack position trim substring"
)
"""What DuckDB's parser reads as syntax, and not as functions."""
_NOT_THERE = {"sqlite": "repeat lpad rpad"}
"""Functions of the common list that an engine lacks, so that a program of the user's may have given them a meaning."""


@cache
def functions(dialect: str) -> frozenset[str]:
    """The functions that a statement of a dialect may call, in lower case; DuckDB's own list is DuckDB's.

    >>> "date_trunc" in functions("postgres"), "pg_read_file" in functions("postgres")
    (True, False)
    """
    if dialect == "duckdb":
        from ..checks.sql_functions import functions_allowed

        return functions_allowed() | frozenset(_DUCKDB.split())
    return frozenset((_COMMON + _EXTRA[dialect].lower()).split()) - frozenset(_NOT_THERE.get(dialect, "").split())
