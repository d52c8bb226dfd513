// Which files the workbench reaches.
#include <filesystem>

#include "tests/catch.hpp"
#include "tests/serve/asking.hpp"
#include "tracer/error.hpp"
#include "tracer/files_below.hpp"

namespace tracer {

namespace fs = std::filesystem;

TEST_CASE("lessons of the folder are listed, hidden ones and links that lead out are not",
          "[serve]") {
  const TemporaryFolder place, outside;
  write_text(outside / "secret.lesson", "x");
  write_text(place / "b.lesson", "x");
  write_text(place / "a.txt", "x");
  write_text(place / ".hidden.lesson", "x");
  fs::create_directories(place / "hw/deep");
  fs::create_directories(place / ".git");
  write_text(place / "hw/deep/c.lesson", "x");
  write_text(place / ".git/d.lesson", "x");
  fs::create_symlink(outside / "secret.lesson", place / "link.lesson");
  fs::create_symlink(outside.path(), place / "way-out");
  fs::create_symlink("b.lesson", place / "within.lesson");
  const serve::Folder folder(place.path());
  CHECK(folder.lessons() ==
        std::vector<std::string>{"b.lesson", "hw/deep/c.lesson", "within.lesson"});
}

TEST_CASE("no name reaches a file outside of the folder", "[serve]") {
  const TemporaryFolder place, outside;
  write_text(outside / "secret.lesson", "secret");
  fs::create_directories(place / "hw");
  fs::create_symlink(outside / "secret.lesson", place / "link.lesson");
  fs::create_symlink(outside / "not-there.lesson", place / "dangling.lesson");
  fs::create_symlink(outside.path(), place / "way-out");
  const serve::Folder folder(place.path());
  for (const std::string& name :
       {"../" + outside.path().filename().string() + "/secret.lesson",
        "hw/../../" + outside.path().filename().string() + "/secret.lesson",
        (outside / "secret.lesson").string(),
        std::string("link.lesson"),
        std::string("way-out/secret.lesson"),
        std::string("way-out/new.lesson"),
        std::string("dangling.lesson"),
        std::string("%2e%2e/secret.lesson"),
        std::string("..%2fsecret.lesson"),
        std::string("hw/./../../x.lesson"),
        std::string("./a.lesson"),
        std::string("/etc/passwd"),
        std::string("a.txt"),
        std::string(".lesson"),
        std::string("hw/.lesson"),
        std::string(".x.lesson"),
        std::string(),
        std::string("a\nb.lesson"),
        std::string("a\0.lesson", 9),
        std::string("hw/")}) {
    INFO(name);
    CHECK_THROWS_AS(folder.read(name), Error);
    CHECK_THROWS_AS(folder.write(name, "mine"), Error);
  }
  CHECK(read_text(outside / "secret.lesson") == "secret");
  CHECK(outside.count() == 1);
}

TEST_CASE("a lesson is written whole and read again, below the folder", "[serve]") {
  const TemporaryFolder place;
  fs::create_directories(place / "hw");
  const serve::Folder folder(place.path());
  CHECK_FALSE(folder.present("hw/a.lesson"));
  folder.write("hw/a.lesson", "x = 1\n");
  CHECK(folder.read("hw/a.lesson") == "x = 1\n");
  CHECK(folder.folder_of("hw/a.lesson").filename() == "hw");
  CHECK(std::distance(fs::directory_iterator(place / "hw"), {}) == 1);
  CHECK_THROWS_WITH(folder.write("no/a.lesson", "x"), "no/a.lesson: there is no folder no");
}

TEST_CASE("a folder that is not there is an error", "[serve]") {
  const TemporaryFolder place;
  CHECK_THROWS_WITH(
      serve::Folder(place / "no"),
      (place / "no").string() + ": there is no such folder; name the one your lessons are in");
  write_text(place / "file", "x");
  CHECK_THROWS_AS(serve::Folder(place / "file"), Error);
}

TEST_CASE("below a folder is what lies there once links are followed", "[serve]") {
  const TemporaryFolder place;
  fs::create_directories(place / "a");
  fs::create_directories(place / "ab");
  CHECK(below(place / "a", place / "a/x.csv"));
  CHECK_FALSE(below(place / "a", place / "ab/x.csv"));  // a name that begins alike
  CHECK_FALSE(below(place / "a", place / "a/../ab/x.csv"));
  CHECK_FALSE(below(place / "no", place / "no/x.csv"));
}

}  // namespace tracer
