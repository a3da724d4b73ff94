import DirtyWire
import Testing

@testable import DirtyCommand

@Suite("What a host offers as people read it")
struct AppsReportTests {
    private func report(_ json: String) throws -> String {
        AppsReport(description: try JSONValue(parsing: json), style: .plain).text
    }

    @Test("apps are shown with actions, parameters and what is said of them")
    func report() throws {
        let text = try report(
            #"""
            {"apps":[{"name":"search","path":"/srv/libSearch.so","plugin":"Search","version":"1.2","concurrent":true,"actions":[
            {"name":"query","doc":"Finds documents.","parameters":[{"name":"text","type":"string","required":true},
            {"name":"limit","doc":"How many\nat most.","type":"integer","required":false,"default":10},
            {"name":"language","doc":"Of the text.","type":"string or null","required":false}],"returns":"array of Hit"},
            {"name":"watch","streams":true,"returns":"string"}]},
            {"name":"bare","path":"/srv/bare.so","plugin":"Bare","version":"0","concurrent":false,"actions":[]}]}
            """#
        )
        #expect(
            text == """
                search  Search 1.2, concurrent, /srv/libSearch.so
                  query(text: string, limit: integer = 10, language: string or null?) -> array of Hit
                      Finds documents.
                      limit     How many
                                at most.
                      language  Of the text.
                  watch() -> stream of string

                bare  Bare 0, /srv/bare.so
                  its actions are not told: the plugin has no manifest
                """
        )
    }

    @Test("a long default is cut, and text of a plugin moves no cursor")
    func foreignText() throws {
        let long = String(repeating: "x", count: 100)
        let text = try report(
            #"{"apps":[{"name":"a","actions":[{"name":"b","doc":"\u001b[2J","parameters":[{"name":"c","default":"\#(long)"}]}]}]}"#
        )
        #expect(text.contains("c = \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…)"))
        #expect(text.contains("?[2J"))
    }

    @Test("a host without apps says so")
    func none() throws {
        #expect(try report(#"{"apps":[]}"#) == "no apps")
    }
}
