# MPFI, the interval arithmetic under tracer::Interval, with MPFR and GMP below it. MPFI ships no
# CMake or pkg-config file, so we look ourselves; the installed tracerConfig.cmake uses this file
# too.
#   MPFI_FOUND, MPFI::MPFI
find_path(MPFI_INCLUDE_DIR mpfi.h)
find_library(MPFI_LIBRARY mpfi)
find_library(MPFI_MPFR_LIBRARY mpfr)
find_library(MPFI_GMP_LIBRARY gmp)
mark_as_advanced(MPFI_INCLUDE_DIR MPFI_LIBRARY MPFI_MPFR_LIBRARY MPFI_GMP_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(MPFI
  REQUIRED_VARS MPFI_LIBRARY MPFI_MPFR_LIBRARY MPFI_GMP_LIBRARY MPFI_INCLUDE_DIR
)

if(MPFI_FOUND AND NOT TARGET MPFI::MPFI)
  add_library(MPFI::MPFI UNKNOWN IMPORTED)
  set_target_properties(MPFI::MPFI PROPERTIES
    IMPORTED_LOCATION "${MPFI_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${MPFI_INCLUDE_DIR}"
    INTERFACE_LINK_LIBRARIES "${MPFI_MPFR_LIBRARY};${MPFI_GMP_LIBRARY}"
  )
endif()
