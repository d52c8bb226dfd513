# What `cmake --install` puts where, and the two packages (.deb, .tar.gz) that `./run package` makes
# of it.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# The program looks for lessons beside itself first (../share/tracer/lessons), then here.
target_compile_definitions(tracer PRIVATE
  TRACER_LESSONS_INSTALL_DIR="${CMAKE_INSTALL_FULL_DATADIR}/tracer/lessons"
)

install(TARGETS tracer)
if(TARGET tracer_mpi)
  install(TARGETS tracer_mpi LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/tracer)
endif()
install(TARGETS tracer_core EXPORT tracerTargets INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY tracer datasets
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.hpp" PATTERN "cli" EXCLUDE PATTERN "cmake" EXCLUDE
)
install(DIRECTORY lessons DESTINATION ${CMAKE_INSTALL_DATADIR}/tracer)
install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/tracer)
configure_package_config_file(tracer/cmake/tracerConfig.cmake.in
  "${PROJECT_BINARY_DIR}/tracerConfig.cmake" INSTALL_DESTINATION ${package_dir}
)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/tracerConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion
)
install(EXPORT tracerTargets NAMESPACE tracer:: DESTINATION ${package_dir})
install(FILES
  "${PROJECT_BINARY_DIR}/tracerConfig.cmake"
  "${PROJECT_BINARY_DIR}/tracerConfigVersion.cmake"
  tracer/cmake/FindDNNL.cmake
  tracer/cmake/FindMPFI.cmake
  tracer/cmake/FindUtf8proc.cmake
  tracer/cmake/FindZip.cmake
  DESTINATION ${package_dir}
)

if(PROJECT_IS_TOP_LEVEL)
  set(CPACK_GENERATOR DEB TGZ)
  set(CPACK_PACKAGE_VENDOR "the tracer authors")
  set(CPACK_PACKAGE_CONTACT "tracer authors <tracer@example.org>")
  set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
  string(TOLOWER "${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR}" platform)
  set(CPACK_PACKAGE_FILE_NAME "tracer-${PROJECT_VERSION}-${platform}")
  set(CPACK_STRIP_FILES ON)

  set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)  # tracer_0.1.0_amd64.deb
  set(CPACK_DEBIAN_PACKAGE_SECTION science)
  set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Runs a small network forward and backward and prints every
value and every chain-rule step, exactly, in the notation of a textbook;
checks gradients, marks hand calculations, and trains."
  )
  # dpkg-shlibdeps reads what the program links; without it the .deb would name no dependencies.
  find_program(DPKG_SHLIBDEPS dpkg-shlibdeps)
  mark_as_advanced(DPKG_SHLIBDEPS)
  if(DPKG_SHLIBDEPS)
    set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
  endif()
  # gnuplot for `tracer train --plot`; the rest for the headers and the CMake package only.
  string(JOIN ", " CPACK_DEBIAN_PACKAGE_SUGGESTS
    gnuplot-nox
    libboost-dev libcurl4-openssl-dev libdnnl-dev libeigen3-dev libfmt-dev libgmp-dev libmpfi-dev
    libmpfr-dev libopenblas-dev libpng-dev libssl-dev libutf8proc-dev libzip-dev
    nlohmann-json3-dev zlib1g-dev
  )
  include(CPack)
endif()
