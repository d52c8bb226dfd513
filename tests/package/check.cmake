# The test package/consumer: installs the build tree to an empty prefix, runs the program from
# there, then configures, builds and runs the project in this folder against it. Its variables come
# from tests/CMakeLists.txt.
set(work "${build_dir}/package-test")
file(REMOVE_RECURSE "${work}")

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

run("${CMAKE_COMMAND}" --install "${build_dir}" --prefix "${work}/prefix")
run("${work}/prefix/bin/tracer" --version)
run("${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}" -B "${work}/consumer" -G "${generator}"
  "-DCMAKE_PREFIX_PATH=${work}/prefix"
  "-DCMAKE_CXX_COMPILER=${compiler}"
  "-DCMAKE_CXX_FLAGS=${flags}"
)
run("${CMAKE_COMMAND}" --build "${work}/consumer")
run("${work}/consumer/consumer")

# What is installed must not point back to where it was built.
file(GLOB_RECURSE package_files "${work}/prefix/*.cmake")
foreach(package_file IN LISTS package_files)
  file(READ "${package_file}" text)
  string(FIND "${text}" "${source_dir}" found)
  if(NOT found EQUAL -1)
    message(FATAL_ERROR "${package_file} names the source directory ${source_dir}")
  endif()
endforeach()
