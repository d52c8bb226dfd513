# libzip, which reads and writes NumPy's .npz. Its own CMake file asks for command line tools that
# Debian packs separately, so we look ourselves.
#   Zip_FOUND, Zip::Zip
find_path(ZIP_INCLUDE_DIR zip.h)
find_library(ZIP_LIBRARY zip)
mark_as_advanced(ZIP_INCLUDE_DIR ZIP_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Zip REQUIRED_VARS ZIP_LIBRARY ZIP_INCLUDE_DIR)

if(Zip_FOUND AND NOT TARGET Zip::Zip)
  add_library(Zip::Zip UNKNOWN IMPORTED)
  set_target_properties(Zip::Zip PROPERTIES
    IMPORTED_LOCATION "${ZIP_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${ZIP_INCLUDE_DIR}"
  )
endif()
