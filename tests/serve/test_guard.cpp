// What is refused before anything is done for it.
#include "tests/catch.hpp"
#include "tests/serve/asking.hpp"

namespace tracer {
namespace {

void set(serve::Request& request, const std::string& name, const std::string& value) {
  std::erase_if(request.headers, [&](const serve::Header& header) { return header.name == name; });
  request.headers.push_back({name, value});
}

serve::Request lessons_asked() { return asked_by_post("/lessons", "{}"); }

}  // namespace

TEST_CASE("a request of the page's own is answered", "[serve]") {
  Bench bench;
  CHECK(bench.with_cookie(lessons_asked()).status == 200);
  CHECK(bench.get("/").status == 200);
}

TEST_CASE("another Host is refused, whatever it begins or ends with", "[serve]") {
  Bench bench;
  for (const char* host :
       {"localhost.evil.com:8765", "localhost.evil.com", "evil.com", "127.0.0.1", "127.0.0.1:8766",
        "127.0.0.1:87650", "127.0.0.1:8765.evil.com", "evil.com:8765", "[::1]", "0.0.0.0:8765",
        "localhost:8765@evil.com", "LOCALHOST.evil:8765", ""}) {
    INFO(host);
    serve::Request request = lessons_asked();
    set(request, "host", host);
    set(request, "origin", std::string("http://") + host);
    CHECK(bench.with_cookie(request).status == 403);
    serve::Request page = asked_by_get("/");
    set(page, "host", host);
    CHECK(bench.with_cookie(page).status == 403);
  }
  serve::Request twice = asked_by_get("/");
  twice.headers.push_back({"host", "127.0.0.1:8765"});
  CHECK(bench.with_cookie(twice).status == 403);
  for (const char* host : {"localhost:8765", "[::1]:8765"}) {
    serve::Request request = lessons_asked();
    set(request, "host", host);
    set(request, "origin", std::string("http://") + host);
    CHECK(bench.with_cookie(request).status == 200);
  }
}

TEST_CASE("a POST of another page is refused", "[serve]") {
  Bench bench;
  for (const char* origin :
       {"http://evil.com", "null", "http://localhost:8765", "https://127.0.0.1:8765",
        "http://127.0.0.1:8765.evil.com", "", "http://127.0.0.1:8765 http://evil.com"}) {
    INFO(origin);
    serve::Request request = lessons_asked();
    set(request, "origin", origin);
    CHECK(bench.with_cookie(request).status == 403);
  }
  serve::Request none = lessons_asked();
  std::erase_if(none.headers, [](const serve::Header& header) { return header.name == "origin"; });
  CHECK(bench.with_cookie(none).status == 403);
  serve::Request foreign = lessons_asked();
  foreign.headers.push_back({"sec-fetch-site", "same-site"});
  CHECK(bench.with_cookie(foreign).status == 403);
}

TEST_CASE("a POST is JSON, or refused", "[serve]") {
  Bench bench;
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data",
                           "application/jsonp", "text/plain; application/json", ""}) {
    INFO(type);
    serve::Request request = lessons_asked();
    set(request, "content-type", type);
    CHECK(bench.with_cookie(request).status == 415);
  }
  serve::Request with_charset = lessons_asked();
  set(with_charset, "content-type", "application/json; charset=utf-8");
  CHECK(bench.with_cookie(with_charset).status == 200);
  for (const char* body : {"", "[]", "3", "{", "{\"a\":[[[[[[1]]]]]]}", "null"}) {
    INFO(body);
    CHECK(bench.with_cookie(asked_by_post("/lessons", body)).status == 400);
  }
}

TEST_CASE("what computes or writes takes no GET, and nothing takes another method", "[serve]") {
  Bench bench;
  for (const char* path : {"/derive", "/save", "/train", "/lessons"})
    CHECK(bench.get(path).status == 404);
  for (const char* method : {"PUT", "DELETE", "OPTIONS", "HEAD", "TRACE", "get"}) {
    serve::Request request = lessons_asked();
    request.method = method;
    const serve::Response refused = bench.with_cookie(request);
    CHECK(refused.status == 405);
    CHECK(header_of(refused, "access-control-allow-origin").empty());
  }
}

TEST_CASE("without the cookie there is nothing", "[serve]") {
  Bench bench;
  for (const char* cookie :
       {"", "tracer-8765=", "tracer-8765=0", "tracer-8766=0000", "tracer-8765"}) {
    serve::Request page = asked_by_get("/");
    page.headers.push_back({"cookie", cookie});
    CHECK(bench.workbench.respond(page).status == 403);
  }
  for (const char* target : {"/", "/script.js", "/style.css", "/page/1", "/?x=1", "/?token="})
    CHECK(bench.workbench.respond(asked_by_get(target)).status == 403);
  CHECK(bench.workbench.respond(lessons_asked()).status == 403);
  // its value under another name, another's value under its name
  serve::Request other = asked_by_get("/");
  other.headers.push_back({"cookie", "x" + bench.cookie()});
  CHECK(bench.workbench.respond(other).status == 403);
  serve::Request among = asked_by_get("/");
  among.headers.push_back({"cookie", "a=b; " + bench.cookie() + "; c=d"});
  CHECK(bench.workbench.respond(among).status == 200);
}

TEST_CASE("the token is good once, and its cookie is for this page alone", "[serve]") {
  const TemporaryFolder place;
  const serve::Folder folder(place.path());
  serve::ChildRunner runner;
  serve::Workbench workbench(folder, {}, bench_port, runner);
  const std::string address = workbench.address();
  CHECK(address.starts_with("http://127.0.0.1:8765/?token="));
  const serve::Request entry = asked_by_get(address.substr(address.find("/?")));
  const std::string token = entry.target.substr(8);
  CHECK(token.size() == 64);

  CHECK(header_of(workbench.respond(asked_by_get("/?token=" + token.substr(1))), "set-cookie")
            .empty());
  CHECK(header_of(workbench.respond(asked_by_get("/?token=" + token + "0")), "set-cookie").empty());
  const serve::Response let_in = workbench.respond(entry);
  const std::string cookie = header_of(let_in, "set-cookie");
  CHECK(has(cookie, "tracer-8765="));
  CHECK(has(cookie, "; HttpOnly"));
  CHECK(has(cookie, "; SameSite=Strict"));
  CHECK_FALSE(has(cookie, token));
  CHECK_FALSE(has(let_in.body, token));
  const serve::Response again = workbench.respond(entry);
  CHECK(header_of(again, "set-cookie").empty());
}

TEST_CASE("what is too large is refused", "[serve]") {
  Bench bench;
  CHECK(bench.with_cookie(asked_by_post("/derive", std::string((1U << 20U) + 1, ' '))).status ==
        413);
  CHECK(bench.with_cookie(asked_by_post("/lessons", "{}" + std::string((1U << 20U) - 2, ' ')))
            .status == 200);
  CHECK(bench.get("/" + std::string(3000, 'a')).status == 414);
  serve::Request headers = asked_by_get("/");
  for (int i = 0; i < 200; ++i) headers.headers.push_back({"x-one", std::string(60, 'a')});
  CHECK(bench.with_cookie(headers).status == 431);
}

TEST_CASE("every answer says what may be done with it", "[serve]") {
  Bench bench;
  for (const serve::Response& response :
       {bench.get("/"), bench.get("/script.js"), bench.get("/nothing"),
        bench.workbench.respond(asked_by_get("/")), bench.post("/lessons", {{"a", 1}})}) {
    const std::string policy = header_of(response, "content-security-policy");
    CHECK(has(policy, "default-src 'none'"));
    CHECK(has(policy, "frame-ancestors 'none'"));
    CHECK_FALSE(has(policy, "unsafe"));
    CHECK(header_of(response, "x-content-type-options") == "nosniff");
    CHECK(header_of(response, "referrer-policy") == "no-referrer");
    CHECK(header_of(response, "cache-control") == "no-store");
    CHECK(header_of(response, "access-control-allow-origin").empty());
  }
}

}  // namespace tracer
