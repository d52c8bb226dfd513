# A unity build that knows folders: what stands in one folder is compiled together, up to a dozen
# files at a time (more would want over a gigabyte of memory). The presets for developing leave it
# out: there each file must compile alone, and a change of one file compiles one file.

function(folder_of source into)
  cmake_path(GET source PARENT_PATH folder)
  cmake_path(GET folder FILENAME folder)
  set(${into} ${folder} PARENT_SCOPE)
endfunction()

# Which group the next file of the folder goes to: grade_0, then grade_1 once that is full. Counts in
# in_FOLDER of the caller.
function(next_place folder files_at_a_time into)
  if(NOT DEFINED in_${folder})
    set(in_${folder} 0)
  endif()
  math(EXPR group "${in_${folder}} / ${files_at_a_time}" OUTPUT_FORMAT DECIMAL)
  math(EXPR count "${in_${folder}} + 1")
  set(in_${folder} ${count} PARENT_SCOPE)
  set(${into} ${folder}_${group} PARENT_SCOPE)
endfunction()

# join_folders(TARGET [WITHOUT EXPRESSION] [EXCEPT FOLDER...]): call it once the target has all its
# sources. WITHOUT: not those whose path matches it.
function(join_folders target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "WITHOUT" "EXCEPT")
  set(files_at_a_time 12)
  get_target_property(sources ${target} SOURCES)
  list(FILTER sources INCLUDE REGEX "\\.cpp$")
  if(arg_WITHOUT)
    list(FILTER sources EXCLUDE REGEX "${arg_WITHOUT}")
  endif()
  foreach(source IN LISTS sources)
    folder_of("${source}" folder)
    if(folder IN_LIST arg_EXCEPT)
      continue()
    endif()
    next_place(${folder} ${files_at_a_time} group)
    set_property(SOURCE "${source}" TARGET_DIRECTORY ${target} PROPERTY UNITY_GROUP ${group})
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()

# join_tests(TARGET [EXCEPT FILE...]): the same for tests, whose local names would clash: each is put
# into a namespace of its own. What they include comes before all of them, and is not read again
# inside. Files that open a namespace of others (a specialisation, say) are left alone; what is no
# test, but what tests share, is joined by folders.
function(join_tests target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "EXCEPT")
  join_folders(${target} WITHOUT "(^|/)(test_[^/]*|main)\\.cpp$")
  set(files_at_a_time 16)
  get_target_property(sources ${target} SOURCES)
  list(FILTER sources INCLUDE REGEX "/test_[^/]*\\.cpp$")
  set(groups)
  foreach(source IN LISTS sources)
    cmake_path(ABSOLUTE_PATH source NORMALIZE)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}")
    file(STRINGS "${source}" opens REGEX "^(namespace [a-z]+::|#if)")
    cmake_path(GET source STEM file)
    if(opens OR file IN_LIST arg_EXCEPT)
      continue()
    endif()
    folder_of("${source}" folder)
    next_place(${folder} ${files_at_a_time} group)
    list(APPEND groups ${group})
    file(STRINGS "${source}" includes REGEX "^#include")
    foreach(include IN LISTS includes)
      # a header beside the test
      string(REGEX REPLACE "\"([^/\"]+)\"" "\"${folder}/\\1\"" include "${include}")
      string(APPEND head_${group} "${include}\n")
    endforeach()
    string(APPEND body_${group} "namespace ${file} {\nnamespace tracer {\nusing namespace ::tracer;\n}\n#include \"${source}\"\n}\n")
    set_property(SOURCE "${source}" TARGET_DIRECTORY ${target} PROPERTY HEADER_FILE_ONLY ON)
  endforeach()
  list(REMOVE_DUPLICATES groups)
  foreach(group IN LISTS groups)
    set(joined "${CMAKE_CURRENT_BINARY_DIR}/joined/${group}.cpp")
    file(CONFIGURE OUTPUT "${joined}" CONTENT "${head_${group}}${body_${group}}" @ONLY)
    target_sources(${target} PRIVATE "${joined}")
  endforeach()
endfunction()
