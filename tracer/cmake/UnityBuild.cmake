# A unity build that knows folders: what stands in one folder is compiled together, up to a dozen
# files at a time (more would want over a gigabyte of memory). The presets for developing leave it
# out: there each file must compile alone, and a change of one file compiles one file.

# join_folders(TARGET [EXCEPT FOLDER...]): call it once the target has all its sources.
function(join_folders target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "EXCEPT")
  set(files_at_a_time 12)
  get_target_property(sources ${target} SOURCES)
  list(FILTER sources INCLUDE REGEX "\\.cpp$")
  foreach(source IN LISTS sources)
    cmake_path(GET source PARENT_PATH folder)
    cmake_path(GET folder FILENAME folder)
    if(folder IN_LIST arg_EXCEPT)
      continue()
    endif()
    if(NOT DEFINED in_${folder})
      set(in_${folder} 0)
    endif()
    math(EXPR group "${in_${folder}} / ${files_at_a_time}" OUTPUT_FORMAT DECIMAL)
    math(EXPR in_${folder} "${in_${folder}} + 1")
    set_property(SOURCE "${source}" TARGET_DIRECTORY ${target}
      PROPERTY UNITY_GROUP "${folder}_${group}")
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()
