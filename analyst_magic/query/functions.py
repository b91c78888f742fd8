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
    array_position array_positions array_prepend array_remove array_replace array_reverse array_sample array_shuffle
    array_sort array_to_json array_to_string array_to_tsvector array_upper asind atan2d atand bit_count bit_length box
    broadcast btrim cardinality casefold center chr circle clock_timestamp convert convert_from convert_to cosd cotd
    crc32 crc32c date_add date_bin date_part date_subtract date_trunc daterange decode diameter div encode erf erfc
    family format gamma gcd gen_random_uuid generate_series generate_subscripts get_bit get_byte height host hostmask
    inet_merge inet_same_family int4range int8range isclosed isempty isfinite isopen json_agg json_array_elements
    json_array_elements_text json_array_length json_arrayagg json_build_array json_build_object json_each
    json_each_text json_exists json_extract_path json_extract_path_text json_object json_object_agg json_object_keys
    json_objectagg json_query json_scalar json_serialize json_strip_nulls json_table json_to_record json_to_recordset
    json_typeof json_value jsonb_agg jsonb_array_elements jsonb_array_elements_text jsonb_array_length
    jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path jsonb_extract_path_text
    jsonb_insert jsonb_object jsonb_object_agg jsonb_object_keys jsonb_path_exists jsonb_path_match jsonb_path_query
    jsonb_path_query_array jsonb_path_query_first jsonb_pretty jsonb_set jsonb_strip_nulls jsonb_to_record
    jsonb_to_recordset jsonb_typeof justify_days justify_hours justify_interval lcm levenshtein lgamma line lower_inc
    lower_inf lseg make_date make_interval make_time make_timestamp make_timestamptz masklen min_scale netmask network
    normalize now npoints num_nonnulls num_nulls numnode numrange parse_ident path pg_typeof phraseto_tsquery
    plainto_tsquery point polygon querytree quote_ident quote_literal quote_nullable radius random random_normal
    range_agg range_intersect_agg range_merge regexp_count regexp_instr regexp_like regexp_match regexp_matches
    regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr row_to_json scale set_bit set_byte
    set_masklen setweight sha224 sha256 sha384 sha512 similarity sind soundex split_part starts_with
    statement_timestamp strict_word_similarity string_to_array string_to_table strip strpos tand timeofday to_bin
    to_char to_date to_hex to_json to_jsonb to_number to_oct to_timestamp to_tsquery to_tsvector transaction_timestamp
    trim_array trim_scale ts_delete ts_filter ts_headline ts_rank ts_rank_cd tsrange tstzrange tsvector_to_array
    unaccent unistr unnest upper_inc upper_inf uuid_extract_timestamp uuid_extract_version uuidv4 uuidv7
    websearch_to_tsquery width word_similarity xmlagg xmlconcat xmlelement xmlforest xpath xpath_exists
"""
_MYSQL = """
    add_months adddate addtime aes_decrypt aes_encrypt bin bin_to_uuid bit_count bit_length char charset chr
    coercibility collation compress conv convert convert_tz crc32 curdate curtime date_add date_format date_sub
    datediff day dayname dayofmonth dayofweek dayofyear elt export_set field find_in_set format from_base64 from_days
    from_unixtime group_concat hex hour if ifnull inet6_aton inet6_ntoa inet_aton inet_ntoa insert instr is_ipv4
    is_ipv6 is_uuid isnull json_array json_array_append json_array_insert json_array_intersect json_arrayagg
    json_compact json_contains json_contains_path json_depth json_detailed json_equals json_exists json_extract
    json_insert json_key_value json_keys json_length json_loose json_merge_patch json_merge_preserve json_normalize
    json_object json_object_to_array json_objectagg json_overlaps json_pretty json_query json_quote json_remove
    json_replace json_schema_valid json_search json_set json_table json_type json_unquote json_valid json_value
    last_day lcase lengthb locate make_set makedate maketime microsecond mid minute month monthname months_between
    natural_sort_key now nvl nvl2 oct ord period_add period_diff point quarter quote rand regexp_instr regexp_like
    regexp_replace regexp_substr sec_to_time second sformat sha sha1 sha2 soundex space st_astext st_distance_sphere
    st_x st_y std str_to_date strcmp subdate substring_index subtime sysdate time_format time_to_sec timediff
    timestampadd timestampdiff to_base64 to_char to_days to_seconds truncate ucase uncompress uncompressed_length unhex
    unix_timestamp utc_date utc_time utc_timestamp uuid uuid_to_bin week weekday weekofyear weight_string year yearweek
"""
_SQLITE = """
    arg_max arg_min bm25 char datetime format glob group_concat hex highlight if ifnull iif instr json json_array
    json_array_length
    json_each json_extract json_group_array json_group_object json_insert json_object json_patch json_quote
    json_remove json_replace json_set json_tree json_type json_valid jsonb julianday kurtosis like likelihood likely
    octet_length printf quote random skewness snippet soundex sqlite_version strftime string_agg timediff total
    typeof unhex
    unicode unixepoch unlikely
"""
_SPARK = """
    add_months aggregate approx_percentile approx_top_k array array_append array_compact array_contains array_distinct
    array_except array_insert array_intersect array_join array_max array_min array_position array_prepend array_remove
    array_repeat array_size array_sort array_union arrays_overlap arrays_zip base64 bigint bin binary bit_count bit_get
    bit_length bitmap_bit_position bitmap_bucket_number bitmap_construct_agg bitmap_count boolean bround btrim
    cardinality char charindex chr collate collation collect_list collect_set contains conv convert_timezone count_if
    count_min_sketch crc32 csc curdate date_add date_diff date_format date_from_unix_date date_part date_sub date_trunc
    dateadd datediff datepart day dayname dayofmonth dayofweek dayofyear decimal decode double e element_at elt encode
    endswith equal_null exists explode explode_outer expm1 filter find_in_set first flatten float forall format_number
    format_string from_csv from_json from_unixtime from_utc_timestamp get get_json_object getbit grouping_id hash hex
    histogram_numeric hour hypot if iff ifnull ilike inline inline_outer instr int is_valid_utf8 is_variant_null isnan
    isnotnull isnull json_array_length json_object_keys json_tuple kurtosis last last_day lcase len levenshtein like
    locate log1p luhn_check make_date make_dt_interval make_interval make_time make_timestamp make_valid_utf8
    make_ym_interval map map_concat map_contains_key map_entries map_filter map_from_arrays map_from_entries map_keys
    map_values map_zip_with mask max_by mean min_by minute monotonically_increasing_id month monthname months_between
    named_struct nanvl negative next_day now nullifzero nvl nvl2 parse_json parse_url percentile percentile_approx pmod
    posexplode posexplode_outer positive printf quarter rand randn random range reduce regexp regexp_count
    regexp_extract regexp_extract_all regexp_instr regexp_like regexp_replace regexp_substr rint rlike schema_of_csv
    schema_of_json schema_of_variant sec second sentences sequence session_window sha sha1 sha2 shiftleft shiftright
    shiftrightunsigned shuffle signum size skewness slice smallint some sort_array soundex space split split_part stack
    startswith std str_to_map string struct substring_index time_diff time_trunc timestamp_micros timestamp_millis
    timestamp_seconds timestampadd timestampdiff tinyint to_binary to_char to_csv to_date to_json to_number to_time
    to_timestamp to_timestamp_ltz to_timestamp_ntz to_unix_timestamp to_utc_timestamp to_varchar to_variant_object
    transform transform_keys transform_values try_add try_avg try_divide try_element_at try_make_interval
    try_make_timestamp try_mod try_multiply try_parse_json try_parse_url try_remainder try_subtract try_sum
    try_to_binary try_to_date try_to_number try_to_timestamp try_url_decode try_variant_get typeof ucase unbase64 unhex
    uniform unix_date unix_micros unix_millis unix_seconds unix_timestamp url_decode url_encode uuid variant_explode
    variant_explode_outer variant_get weekday weekofyear window window_time xxhash64 year zeroifnull zip_with
"""
_DATABRICKS = """
    array_agg getdate h3_boundaryaswkt h3_distance h3_longlatash3 h3_longlatash3string h3_toparent st_area st_astext
    st_contains st_distance st_geomfromtext st_point st_x st_y to_varchar try_to_time
    vector_cosine_similarity
"""
_TRINO = """
    all_match any_match approx_distinct approx_most_frequent approx_percentile approx_set arbitrary array_distinct
    array_except array_first array_histogram array_intersect array_join array_last array_max array_min array_position
    array_remove array_sort array_sum array_union arrays_overlap at_timezone bar beta_cdf bing_tile bit_count
    bitwise_and bitwise_and_agg bitwise_left_shift bitwise_not bitwise_or bitwise_or_agg bitwise_right_shift
    bitwise_right_shift_arithmetic bitwise_xor bitwise_xor_agg cardinality checksum chr classify codepoint combinations
    contains contains_sequence cosine_distance cosine_similarity count_if crc32 date_add date_diff date_format
    date_parse date_trunc day day_of_month day_of_week day_of_year dot_product e element_at empty_approx_set entropy
    euclidean_distance filter flatten format format_datetime format_number from_base from_base32 from_base64
    from_big_endian_32 from_big_endian_64 from_hex from_ieee754_32 from_ieee754_64 from_iso8601_date
    from_iso8601_timestamp from_iso8601_timestamp_nanos from_unixtime from_unixtime_nanos from_utf8 geometric_mean
    great_circle_distance hamming_distance histogram hmac_md5 hmac_sha1 hmac_sha256 hmac_sha512 hour
    human_readable_seconds if index infinity intersection_cardinality inverse_beta_cdf inverse_normal_cdf is_finite
    is_infinite is_json_scalar is_nan jaccard_index json_array json_array_contains json_array_get json_array_length
    json_exists json_extract json_extract_scalar json_format json_object json_parse json_query json_size json_table
    json_value kurtosis last_day_of_month levenshtein_distance line_locate_point luhn_check map map_agg map_concat
    map_entries map_filter map_from_entries map_keys map_union map_values map_zip_with max_by millisecond min_by minute
    month multimap_agg multimap_from_entries murmur3 nan ngrams none_match normal_cdf normalize now numeric_histogram
    parse_data_size parse_datetime parse_duration parse_presto_data_size qdigest_agg quantile_at_value quarter rand
    random reduce reduce_agg regexp_count regexp_extract regexp_extract_all regexp_like regexp_position regexp_replace
    regexp_split second sequence sha1 sha256 sha512 shuffle simplify_geometry skewness slice soundex split split_part
    split_to_map spooky_hash_v2_32 spooky_hash_v2_64 st_area st_astext st_contains st_distance st_geometryfromtext
    st_intersects st_point st_within st_x st_y starts_with strpos t_cdf t_pdf tdigest_agg timestamp_objectid
    timezone_hour timezone_minute to_base to_base32 to_base64 to_big_endian_32 to_big_endian_64 to_char to_date
    to_geometry to_hex to_iso8601 to_milliseconds to_spherical_geography to_timestamp to_unixtime to_utf8 transform
    transform_keys transform_values trim_array truncate try typeof unnest url_decode url_encode url_extract_fragment
    url_extract_host url_extract_parameter url_extract_path url_extract_port url_extract_protocol url_extract_query
    uuid value_at_quantile values_at_quantiles week week_of_year wilson_interval_lower wilson_interval_upper
    with_timezone word_stem xxhash64 year year_of_week yow zip zip_with
"""
_SNOWFLAKE = """
    add_months approx_percentile approx_percentile_accumulate approx_percentile_combine approx_percentile_estimate
    approx_top_k approximate_jaccard_index approximate_similarity array_append array_cat array_compact array_construct
    array_contains array_distinct array_except array_flatten array_generate_range array_insert array_intersection
    array_max array_min array_position array_prepend array_remove array_remove_at array_reverse array_size array_slice
    array_sort array_to_string array_union_agg array_unique_agg arrays_overlap arrays_to_object arrays_zip as_array
    as_boolean as_char as_date as_decimal as_double as_integer as_number as_object as_real as_time as_timestamp_ntz
    as_varchar base64_decode_binary base64_decode_string base64_encode bitand bitand_agg bitmap_bit_position
    bitmap_bucket_number bitmap_construct_agg bitmap_count bitnot bitor bitor_agg bitshiftleft bitshiftright bitxor
    bitxor_agg booland booland_agg boolnot boolor boolor_agg boolxor boolxor_agg charindex check_json chr collate
    conditional_change_event conditional_true_event contains convert_timezone count_if date_from_parts date_part
    date_trunc dateadd datediff datefromparts day dayname dayofmonth dayofweek dayofweek_iso dayofweekiso dayofyear
    decode div0 div0null editdistance endswith equal_null filter flatten generator get get_path getbit getdate
    grouping_id h3_cell_to_point h3_latlng_to_cell h3_point_to_cell hash hash_agg haversine hex_decode_binary
    hex_decode_string hex_encode hll hll_accumulate hll_combine hll_estimate hll_export hll_import hour iff ifnull
    ilike insert is_array is_binary is_boolean is_char is_date is_decimal is_double is_integer is_null_value is_object
    is_real is_time is_timestamp_ltz is_timestamp_ntz is_timestamp_tz is_varchar jarowinkler_similarity
    json_extract_path_text kurtosis last_day len like map_cat map_contains_key map_delete map_insert map_keys map_pick
    map_size max_by md5_hex min_by minhash minhash_combine minute month monthname months_between next_day normal
    nullifzero nvl nvl2 object_agg object_construct object_construct_keep_null object_delete object_insert object_keys
    object_pick parse_ip parse_json parse_url parse_xml percentile_approx previous_day quarter random ratio_to_report
    reduce regexp_count regexp_extract_all regexp_instr regexp_like regexp_replace regexp_substr regexp_substr_all
    regr_valx rlike rtrimmed_length second seq1 seq2 seq4 seq8 sha1 sha1_hex sha2 sha2_hex skew soundex space split
    split_part split_to_table square st_area st_asgeojson st_astext st_buffer st_centroid st_contains st_distance
    st_dwithin st_geogfromtext st_intersects st_length st_makeline st_makepoint st_point st_within st_x st_y startswith
    strip_null_value strtok strtok_split_to_table strtok_to_array sysdate systimestamp time_from_parts time_slice
    timeadd timediff timefromparts timestamp_from_parts timestamp_ltz_from_parts timestamp_ntz_from_parts
    timestamp_tz_from_parts timestampadd timestampdiff timestampfromparts timestampntzfromparts to_array to_binary
    to_boolean to_char to_date to_decimal to_double to_geography to_geometry to_json to_number to_object to_time
    to_timestamp to_timestamp_ltz to_timestamp_ntz to_timestamp_tz to_varchar to_variant to_xml transform truncate
    try_base64_decode_string try_parse_json try_to_binary try_to_boolean try_to_date try_to_decimal try_to_double
    try_to_number try_to_time try_to_timestamp try_to_timestamp_ltz try_to_timestamp_ntz try_to_timestamp_tz typeof
    uniform uuid_string variance_pop variance_samp vector_cosine_similarity vector_inner_product vector_l2_distance
    week weekiso weekofyear xmlget year yearofweek zeroifnull zipf
"""
_BIGQUERY = """
    approx_quantiles approx_top_count approx_top_sum array array_avg array_concat array_concat_agg array_filter
    array_first array_includes array_includes_all array_includes_any array_is_distinct array_last array_length
    array_max array_min array_reverse array_slice array_sum array_to_string array_transform bit_count bool bool_array
    byte_length chr code_points_to_bytes code_points_to_string collate contains_substr cosine_distance coth countif csc
    csch current_datetime date_add date_bucket date_diff date_from_unix_date date_sub date_trunc datetime datetime_add
    datetime_bucket datetime_diff datetime_sub datetime_trunc div dot_product edit_distance ends_with
    euclidean_distance farm_fingerprint flatten float32 float32_array float64 float64_array format format_date
    format_datetime format_time format_timestamp from_base32 from_base64 from_hex generate_array generate_date_array
    generate_range_array generate_timestamp_array generate_uuid ieee_divide if ifnull instr int32 int64 int64_array
    is_inf is_nan json_array json_array_append json_array_insert json_contains json_extract json_extract_array
    json_extract_scalar json_extract_string_array json_flatten json_keys json_object json_query json_query_array
    json_remove json_set json_strip_nulls json_type json_value json_value_array justify_days justify_hours
    justify_interval last_day lax_bool lax_bool_array lax_double lax_float64 lax_int64 lax_int64_array lax_string
    lax_string_array logical_and logical_or make_interval manhattan_distance max_by min_by normalize
    normalize_and_casefold nullifzero offset ordinal parse_bignumeric parse_date parse_datetime parse_interval
    parse_json parse_numeric parse_time parse_timestamp rand range range_bucket range_contains range_end
    range_intersect range_overlaps range_start rangebucket regexp_contains regexp_extract regexp_extract_all
    regexp_instr regexp_replace regexp_substr s2_cellidfrompoint safe_add safe_cast safe_convert_bytes_to_string
    safe_divide safe_multiply safe_negate safe_offset safe_ordinal safe_subtract sec sech sha1 sha256 sha512 soundex
    split st_area st_asbinary st_asgeojson st_astext st_boundary st_buffer st_centroid st_clusterdbscan st_contains
    st_convexhull st_coveredby st_covers st_difference st_dimension st_disjoint st_distance st_dwithin st_endpoint
    st_equals st_geogfrom st_geogfromgeojson st_geogfromtext st_geogpoint st_geogpointfromgeohash st_geohash
    st_intersection st_intersects st_isempty st_length st_makeline st_makepolygon st_maxdistance st_npoints
    st_numpoints st_perimeter st_pointn st_simplify st_snaptogrid st_startpoint st_touches st_union st_union_agg
    st_within st_x st_y starts_with string string_array strpos struct time_add time_diff time_sub time_trunc
    timestamp_add timestamp_bucket timestamp_diff timestamp_micros timestamp_millis timestamp_seconds timestamp_sub
    timestamp_trunc to_base32 to_base64 to_code_points to_hex to_json to_json_string typeof unicode unix_date
    unix_micros unix_millis unix_seconds unnest week year zeroifnull
"""
_TSQL = """
    approx_percentile_cont approx_percentile_disc atn2 base64_decode base64_encode binary_checksum bit_count char
    charindex checksum checksum_agg choose compress convert count_big current_timezone current_timezone_id datalength
    date_bucket dateadd datediff datediff_big datefromparts datename datepart datetime2fromparts datetimefromparts
    datetimeoffsetfromparts datetrunc day difference edit_distance edit_distance_similarity eomonth format
    generate_series get_bit getdate getutcdate grouping_id hashbytes iif isdate isjson isnull isnumeric
    jaro_winkler_distance jaro_winkler_similarity json_array json_arrayagg json_contains json_modify json_object
    json_objectagg json_path_exists json_query json_value left_shift len month nchar newid openjson parse parsename
    patindex product quotename rand regexp_count regexp_instr regexp_like regexp_matches regexp_replace
    regexp_split_to_table regexp_substr replicate right_shift set_bit smalldatetimefromparts soundex space square stdev
    stdevp str string_escape string_split stuff switchoffset sysdatetime sysdatetimeoffset sysutcdatetime timefromparts
    todatetimeoffset try_convert try_parse unicode unistr var varp vector_distance vector_norm vector_normalize year
"""
_ORACLE = """
    add_months approx_count approx_median approx_percentile approx_rank approx_sum asciistr bin_to_num bit_and_agg
    bit_or_agg bit_xor_agg bitand boolean_and_agg boolean_or_agg checksum chr collect compose convert corr_k corr_s
    cosine_distance dbtimezone decode decompose dump empty_clob first from_tz fuzzy_match group_id grouping_id hextoraw
    inner_product instr instr2 instr4 instrb instrc json json_array json_arrayagg json_equal json_exists
    json_mergepatch json_object json_objectagg json_query json_scalar json_serialize json_table json_transform
    json_value kurtosis_pop kurtosis_samp l1_distance l2_distance last last_day length2 length4 lengthb lengthc lnnvl
    months_between nanvl nchr new_time next_day nls_charset_id nls_charset_name nls_initcap nls_lower nls_upper nlssort
    numtodsinterval numtoyminterval nvl nvl2 ora_hash percentile_approx phonic_encode ratio_to_report raw_to_uuid
    rawtohex regexp_count regexp_instr regexp_like regexp_replace regexp_substr remainder sessiontimezone skewness_pop
    skewness_samp soundex standard_hash stats_binomial_test stats_crosstab stats_f_test stats_ks_test stats_mode
    stats_mw_test stats_one_way_anova stats_t_test_indep stats_t_test_one stats_t_test_paired stats_wsr_test substr2
    substr4 substrb substrc sys_extract_utc sysdate systimestamp to_binary_double to_binary_float to_boolean to_char
    to_clob to_date to_dsinterval to_multi_byte to_nchar to_nclob to_number to_single_byte to_timestamp to_timestamp_tz
    to_utc_timestamp_tz to_vector to_yminterval treat tz_offset unistr validate_conversion vector_distance vsize xmlagg
    xmlcast xmlcdata xmlcolattval xmlcomment xmlconcat xmlelement xmlexists xmlforest xmlpi xmlserialize
"""
_CLICKHOUSE = """
    accuratecast accuratecastordefault accuratecastornull adddays addhours addinterval addmicroseconds addmilliseconds
    addminutes addmonths addnanoseconds addquarters addseconds addweeks addyears and any any_respect_nulls anyheavy
    anylast anylastvalue appendtrailingcharifabsent argmax argmin array arrayall arrayavg arraycompact arrayconcat
    arraycount arraycumsum arraycumsumnonnegative arraydifference arraydistinct arraydotproduct arrayelement
    arrayenumerate arrayenumeratedense arrayenumerateuniq arrayexists arrayfill arrayfilter arrayfirst arrayfirstindex
    arrayfirstornull arrayflatten arrayfold arrayintersect arrayjaccardindex arrayjoin arraylast arraylastindex
    arraylastornull arraymap arraymax arraymin arraynormalizedgini arraypartialreversesort arraypartialsort
    arraypopback arraypopfront arrayproduct arraypushback arraypushfront arrayrandomsample arrayreduce
    arrayreduceinranges arrayremove arrayreverse arrayreversefill arrayreversesort arrayreversesplit arrayrotateleft
    arrayrotateright arrayshiftleft arrayshiftright arrayshingles arrayshuffle arrayslice arraysort arraysplit
    arraystringconcat arraysum arraysymmetricdifference arrayunion arrayuniq arrayzip assumenotnull avgif avgweighted
    bar base32decode base32encode base58decode base58encode base64decode base64encode base64urldecode base64urlencode
    bin bitand bitcount bithammingdistance bitmaskstoarray bitnot bitor bitpositionstoarray bitshiftleft bitshiftright
    bitslice bittest bittestall bittestany bitxor byteslice byteswap changeday changehour changeminute changemonth
    changesecond changeyear char cityhash64 concatassumeinjective concatwithseparator corrstable cosinedistance
    countdistinct countequal countif countmatches countmatchescaseinsensitive countsubstrings
    countsubstringscaseinsensitive covarpop covarpopstable covarsamp covarsampstable cramersv cutfragment
    cutqueryandfragment cutqueryandstringfragment cutquerystring cuttofirstsignificantsubdomain cuturlparameter cutwww
    dameraulevenshteindistance date_add date_diff date_sub date_trunc dateadd datediff datename datesub datetrunc day
    decodehtmlcomponent decodeurlcomponent decodexmlcomponent deltasum deltasumtimestamp detectcharset detectlanguage
    divide divideornull domain domainwithoutwww dumpcolumnstructure dynamictype e editdistance empty encodeurlcomponent
    encodexmlcomponent endswith entropy equals erf erfc euclideandistance exp10 exp2 exponentialmovingaverage
    extractall extractallgroups extractallgroupshorizontal extractallgroupsvertical extractgroups extracttextfromhtml
    extracturlparameter extracturlparameternames extracturlparameters farmfingerprint64 farmhash64 firstline
    firstsignificantsubdomain flattentuple format formatdatetime formatdatetimeinjodasyntax formatreadabledecimalsize
    formatreadablequantity formatreadablesize formatreadabletimedelta fragment fromdayssinceyearzero
    frommodifiedjulianday fromunixtimestamp fromunixtimestamp64micro fromunixtimestamp64milli fromunixtimestamp64nano
    fromunixtimestamp64second fromutctimestamp gcd generateulid generateuuidv4 generateuuidv7 geodistance geohashdecode
    geohashencode geotoh3 greatcircleangle greatcircledistance greater greaterorequals grouparray grouparrayarray
    grouparrayinsertat grouparrayintersect grouparraylast grouparraymovingavg grouparraymovingsum grouparraysample
    grouparraysorted groupbitand groupbitmap groupbitmapand groupbitmapor groupbitmapxor groupbitor groupbitxor
    groupconcat groupuniqarray h3distance h3isvalid h3kring h3togeo h3toparent halfmd5 has hasall hasany hassubsequence
    hassubstr hastoken hastokencaseinsensitive hex hilbertencode histogram hop hour hypot identity idnadecode
    idnaencode if ifnull indexof inhex initcaputf8 intdiv intdivornull intdivorzero intervallengthsum intexp10 intexp2
    ipv4numtostring ipv4stringtonum ipv4stringtonumordefault ipv6numtostring ipv6stringtonum isdecimaloverflow isfinite
    isinfinite isipaddressinrange isipv4string isipv6string isnan isnotdistinctfrom isnotnull isnull isvalidjson
    isvalidutf8 iszeroornull jarosimilarity jarowinklersimilarity javahash json_exists json_query json_value
    jsonallpaths jsonallpathswithtypes jsonarraylength jsonextract jsonextractarrayraw jsonextractbool
    jsonextractcaseinsensitive jsonextractfloat jsonextractint jsonextractkeys jsonextractkeysandvalues
    jsonextractkeysandvaluesraw jsonextractraw jsonextractstring jsonextractuint jsonhas jsonlength jsonmergepatch
    jsontype kolmogorovsmirnovtest kurtpop kurtsamp l1distance l2distance l2norm l2normalize laginframe
    largesttrianglethreebuckets lcm leadinframe leftpad leftpadutf8 leftutf8 lengthutf8 less lessorequals
    levenshteindistance levenshteindistanceutf8 lgamma like linfdistance locate log1p lowerutf8 makedate makedate32
    makedatetime makedatetime64 mannwhitneyutest map mapadd mapall mapapply mapconcat mapcontains mapcontainskey
    mapcontainskeylike mapcontainsvalue mapexists mapextractkeylike mapfilter mapfromarrays mapkeys mappartialsort
    mapreversesort mapsort mapsubtract mapupdate mapvalues match max2 maxif maxmap meanztest metrohash64 min2 minif
    minmap minsamplesizecontinuous minsamplesizeconversion minus minute modulo moduloornull moduloorzero month
    monthname mortonencode multifuzzymatchany multiif multimatchany multimatchanyindex multiply multisearchallpositions
    multisearchany multisearchanycaseinsensitive multisearchfirstindex multisearchfirstposition murmurhash2_32
    murmurhash2_64 murmurhash3_128 murmurhash3_32 murmurhash3_64 negate neighbor netloc ngramdistance
    ngramdistancecaseinsensitive ngrams ngramsearch ngramsearchcaseinsensitive normalizeutf8nfc normalizeutf8nfd
    normalizeutf8nfkc not notempty notequals notilike notlike now now64 numbers or overlayutf8 parsedatetime
    parsedatetime32besteffort parsedatetime64 parsedatetime64besteffort parsedatetime64besteffortornull
    parsedatetime64besteffortorzero parsedatetimebesteffort parsedatetimebesteffortornull parsedatetimebesteffortorzero
    parsedatetimebesteffortus parsedatetimeinjodasyntax parsedatetimeornull parsedatetimeorzero parsereadablesize
    parsereadablesizeornull parsetimedelta path pathfull plus pmod pointinellipses pointinpolygon polygonareacartesian
    polygonareaspherical polygonswithincartesian port positioncaseinsensitive positioncaseinsensitiveutf8 positionutf8
    positive proportionsztest protocol punycodedecode punycodeencode quantile quantilebfloat16 quantiledd
    quantiledeterministic quantileexact quantileexactexclusive quantileexacthigh quantileexactinclusive
    quantileexactlow quantileexactweighted quantilegk quantileinterpolatedweighted quantiles quantilesexact
    quantilesexactexclusive quantilesexactinclusive quantilestdigest quantilestdigestweighted quantilestiming
    quantiletdigest quantiletdigestweighted quantiletiming quantiletimingweighted querystring querystringandfragment
    rand rand64 randbernoulli randbinomial randcanonical randchisquared randexponential randlognormal randnormal
    randpoisson randuniform range rankcorr readwktpoint readwktpolygon regexpextract regexpquotemeta reinterpret
    reinterpretasfloat64 reinterpretasint64 reinterpretasstring reinterpretasuint64 replaceall replaceone replaceregexp
    replaceregexpall replaceregexpone retention reverseutf8 rightpad rightpadutf8 rightutf8 roundage roundbankers
    rounddown roundduration roundtoexp2 runningaccumulate runningconcurrency runningdifference
    runningdifferencestartingwithfirstvalue second sequencecount sequencematch sequencenextnode sha1 sha224 sha256
    sha384 simplejsonextractbool simplejsonextractfloat simplejsonextractint simplejsonextractraw
    simplejsonextractstring simplejsonextractuint simplejsonhas simplelinearregression siphash128 siphash64 skewpop
    skewsamp soundex space sparkbar splitbychar splitbynonalpha splitbyregexp splitbystring splitbywhitespace
    startswith stddevpop stddevpopstable stddevsamp stddevsampstable stringjaccardindex studentttest
    studentttestonesample subdate substringindex substringindexutf8 substringutf8 subtractdays subtracthours
    subtractinterval subtractminutes subtractmonths subtractquarters subtractseconds subtractweeks subtractyears
    sumcount sumif sumkahan summap summapwithoverflow sumwithoverflow tgamma theilsu timediff timeslot timeslots
    timestamp_add timestamp_sub timezoneof timezoneoffset tobfloat16 toboolean todate todate32 todate32ordefault
    todateordefault todateornull todateorzero todatetime todatetime32 todatetime64 todatetime64ornull
    todatetime64orzero todatetimeordefault todatetimeornull todatetimeorzero today todayofmonth todayofweek todayofyear
    todayssinceyearzero todecimal128 todecimal128ornull todecimal128orzero todecimal256 todecimal32 todecimal32ornull
    todecimal32orzero todecimal64 todecimal64ornull todecimal64orzero todecimalstring tofixedstring tofloat32
    tofloat32ornull tofloat32orzero tofloat64 tofloat64ordefault tofloat64ornull tofloat64orzero tohour toint128
    toint16 toint16ornull toint16orzero toint256 toint32 toint32ordefault toint32ornull toint32orzero toint64
    toint64ordefault toint64ornull toint64orzero toint8 toint8ornull toint8orzero tointervalday tointervalhour
    tointervalmicrosecond tointervalmillisecond tointervalminute tointervalmonth tointervalquarter tointervalsecond
    tointervalweek tointervalyear toipv4 toipv4ornull toipv6 toisoweek toisoyear tojsonstring tolastdayofmonth
    tolastdayofweek tolowcardinality tomillisecond tominute tomodifiedjulianday tomonday tomonth tonullable topk
    topkweighted topleveldomain toquarter torelativedaynum torelativehournum torelativemonthnum torelativeweeknum
    torelativeyearnum tosecond tostartofday tostartoffifteenminutes tostartoffiveminutes tostartofhour
    tostartofinterval tostartofisoyear tostartofmillisecond tostartofminute tostartofmonth tostartofnanosecond
    tostartofquarter tostartofsecond tostartoftenminutes tostartofweek tostartofyear tostring tostringcuttozero totime
    totimezone totypename touint128 touint16 touint16ornull touint16orzero touint256 touint32 touint32ornull
    touint32orzero touint64 touint64ornull touint64orzero touint8 touint8ornull touint8orzero tounixtimestamp
    tounixtimestamp64micro tounixtimestamp64milli tounixtimestamp64nano toutctimestamp touuid touuidordefault
    touuidornull touuidorzero tovalidutf8 toweek toyear toyyyymm toyyyymmdd toyyyymmddhhmmss transform translateutf8
    trimboth trimleft trimright truncate trybase64decode tumble tuple tupleconcat tupledivide tupledividebynumber
    tupleelement tuplehammingdistance tupleintdiv tupleminus tuplemultiply tuplemultiplybynumber tuplenames tuplenegate
    tupleplus tupletonamevaluepairs ucase unbin unhex uniq uniqcombined uniqcombined64 uniqexact uniqexactif uniqhll12
    uniqif uniqtheta uniqthetasketch uniqupto upperutf8 urlhash urlhierarchy urlpathhierarchy uuidnumtostring
    uuidstringtonum uuidtonum uuidv7todatetime variantelement varianttype varpop varpopstable varsamp varsampstable
    visitparamextractbool visitparamextractfloat visitparamextractint visitparamextractraw visitparamextractstring
    visitparamextractuint visitparamhas week welchttest widthbucket windowfunnel wkt wktpolygon wordshingleminhash
    wyhash64 xor xxhash64 year yesterday yyyymmddhhmmsstodatetime yyyymmddtodate yyyymmddtodate32 zeroornull
"""
_EXTRA = {
    "postgres": _POSTGRES,
    "mysql": _MYSQL,
    "sqlite": _SQLITE,
    "spark": _SPARK,
    "databricks": _SPARK + _DATABRICKS,
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
_COMBINATORS = ("if", "array", "map", "distinct", "foreach", "ordefault", "ornull", "state", "merge", "mergestate")
"""What ClickHouse puts behind the name of an aggregate to make another one of it: ``sumIf``, ``uniqMerge``.

Source: https://clickhouse.com/docs/sql-reference/aggregate-functions/combinators
"""


def may_call(name: str, dialect: str) -> bool:
    """Whether a statement of a dialect may call a function.

    >>> may_call("sumIf", "clickhouse"), may_call("fileIf", "clickhouse"), may_call("sumIf", "trino")
    (True, False, False)
    """
    name, known = name.lower(), functions(dialect)
    return name in known or (
        dialect == "clickhouse" and any(name.endswith(end) and name.removesuffix(end) in known for end in _COMBINATORS)
    )


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
