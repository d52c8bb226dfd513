// The header of a .npy file, a dictionary in Python's notation with its keys in any order:
//
//   {'descr': '<f4', 'fortran_order': False, 'shape': (60000, 28, 28), }
//
// Next: npy.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tracer {

struct NpyHeader {
  std::string descr;  ///< byte order, kind, bytes: "<f4"
  bool fortran = false;
  std::vector<std::int64_t> shape;
};

/// Throws Error beginning with the file's name: anything else than such a dictionary.
NpyHeader npy_header(std::string_view text, const std::string& name);

}  // namespace tracer
