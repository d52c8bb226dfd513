#include "tracer/serve/folder.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/files_below.hpp"
#include "tracer/language/source.hpp"
#include "tracer/write_aside.hpp"

namespace tracer::serve {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view ending = ".lesson";
constexpr int deepest_folder = 3;

// What the name itself must be, whatever is on the disk.
bool is_tame(const std::string& name) {
  if (name.size() > 400 || !name.ends_with(ending) || name.size() == ending.size()) return false;
  if (std::ranges::any_of(name, [](unsigned char sign) { return sign < ' ' || sign == 127; }))
    return false;
  const fs::path path(name);
  if (path.is_absolute()) return false;
  return std::ranges::none_of(path, [](const fs::path& part) {
    const std::string text = part.string();
    return text.empty() || text.starts_with('.') || text == ending;
  });
}

}  // namespace

Folder::Folder(const fs::path& path) {
  std::error_code failed;
  if (!fs::is_directory(path, failed)) {
    const bool there = fs::exists(path, failed);
    throw Error(fmt::format("{}: {}", path.string(),
                            there ? "this is no folder; name the one your lessons are in"
                                  : "there is no such folder; name the one your lessons are in"));
  }
  path_ = fs::canonical(path, failed);
  if (!failed) fs::directory_iterator(path_, failed);
  if (failed) throw Error(fmt::format("{} can't be read: {}", path.string(), failed.message()));
}

std::vector<std::string> Folder::lessons(std::size_t most) const {
  std::vector<std::string> names;
  std::error_code failed;
  std::size_t seen = 0;
  constexpr std::size_t most_seen = 20'000;  // a home folder should not keep the page waiting
  fs::recursive_directory_iterator at(path_, fs::directory_options::skip_permission_denied, failed);
  for (const fs::recursive_directory_iterator end; !failed && at != end && ++seen < most_seen;
       at.increment(failed)) {
    const std::string file = at->path().filename().string();
    if (file.starts_with('.') || at.depth() >= deepest_folder) at.disable_recursion_pending();
    if (file.starts_with('.') || !file.ends_with(ending)) continue;
    const std::string name = at->path().lexically_relative(path_).string();
    std::error_code none;
    if (is_tame(name) && at->is_regular_file(none) && below(path_, at->path()))
      names.push_back(name);
  }
  std::ranges::sort(names);
  if (names.size() > most) names.resize(most);
  return names;
}

fs::path Folder::place(const std::string& name) const {
  if (!is_tame(name))
    throw Error(fmt::format(
        "{}: a lesson's name is a path within the folder that ends in {}, such as hw/net{}", name,
        ending, ending));
  const auto path = below(path_, path_ / name);
  if (!path) throw Error(fmt::format("{}: this leads out of {}", name, path_.string()));
  return *path;
}

std::string Folder::read(const std::string& name) const {
  const fs::path path = place(name);
  std::error_code none;
  if (!fs::is_regular_file(path, none))
    throw Error(fmt::format("{}: there is no such lesson in {}", name, path_.string()));
  return read_source(path).text();
}

std::optional<std::string> Folder::present(const std::string& name) const {
  std::error_code none;
  if (!fs::exists(place(name), none)) return std::nullopt;
  try {
    return read(name);
  } catch (const Error&) {  // empty, or no text: it is there all the same
    return "";
  }
}

void Folder::write(const std::string& name, const std::string& text) const {
  const fs::path path = place(name);
  std::error_code none;
  if (!fs::is_directory(path.parent_path(), none))
    throw Error(fmt::format("{}: there is no folder {}", name,
                            path.parent_path().lexically_relative(path_).string()));
  if (fs::exists(path, none) && !fs::is_regular_file(path, none))
    throw Error(fmt::format("{}: this is no file", name));
  remove_leftovers(path);
  if (const std::error_code failed = write_aside(path, text))
    throw Error(fmt::format("{} can't be written: {}", name, failed.message()));
}

fs::path Folder::folder_of(const std::string& name) const {
  if (name.empty()) return path_;
  const fs::path folder = place(name).parent_path();
  std::error_code none;
  return fs::is_directory(folder, none) ? folder : path_;
}

}  // namespace tracer::serve
