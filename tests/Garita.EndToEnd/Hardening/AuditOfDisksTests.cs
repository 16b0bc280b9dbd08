using System.CommandLine;
using System.Text.Json;
using Garita.Commands;
using Garita.Hardening;
using Garita.Hardening.Host;
using Garita.Hardening.Tests;
using Xunit;

namespace Garita.EndToEnd.Hardening;

/// <summary>What a check says of a root that a test made in memory, the program says of the same root on a disk.</summary>
public sealed class AuditOfDisksTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-disk-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, bool> Roots
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var known in CheckCases.All)
            {
                foreach (var good in (bool[])[true, false])
                {
                    if (DiskOfRoot.Fits(Prepared(known.Check.Id, good)))
                        data.Add(known.Check.Id, good);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Roots))]
    public async Task A_root_on_a_disk_is_judged_as_in_memory(string id, bool good)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "takes root: files of several owners are made");
        var prepared = Prepared(id, good);
        var check = CheckCases.Of(id).Check;
        var expected = check.Look(new View(prepared, new HostFacts(prepared, check.Roles)));
        var root = Path.Combine(_folder, "root");
        Directory.CreateDirectory(root, (UnixFileMode)0x1ED /* 0755 */);
        DiskOfRoot.Write(prepared, root);
        var settings = Path.Combine(_folder, "garita.toml");
        await RunningGateway.WriteAsync(_folder, 2525, 2526, "");

        using var output = new StringWriter();
        using var error = new StringWriter();
        var roles = Words.Of(check.Roles).SelectMany(static role => (string[])["--role", role]);
        var code = await CommandLine.RunAsync(["harden", "audit", "--root", root, "--only", id, .. roles, "--json", "--config", settings], new InvocationConfiguration { Output = output, Error = error });
        Assert.True(code is 0 or 1, error.ToString());
        var result = JsonDocument.Parse(output.ToString()).RootElement.GetProperty("results")[0];
        Assert.Equal((Words.Of(expected.Outcome), expected.Found), (result.GetProperty("result").GetString(), result.GetProperty("found").GetString()));
        Assert.Equal(expected.Outcome == Outcome.Fail ? 1 : 0, code);
    }

    private static PreparedRoot Prepared(string id, bool good)
    {
        var known = CheckCases.Of(id);
        var root = new PreparedRoot();
        (good ? known.Good : known.Bad)(root);
        return root;
    }
}
