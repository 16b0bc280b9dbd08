using Garita.Hardening;
using Garita.Hardening.Audits;
using Garita.Hardening.Host;
using Garita.Hardening.Tests;
using Garita.Testing;
using Xunit;

namespace Garita.EndToEnd.Hardening;

/// <summary>What a check says of a root that a test made in memory, an audit says of the same root on a disk.</summary>
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
        var expected = check.Look(CheckCases.Seen(prepared, check.Roles));
        var root = Path.Combine(_folder, "root");
        Directory.CreateDirectory(root, (UnixFileMode)0x1ED /* 0755 */);
        DiskOfRoot.Write(prepared, root);

        var host = new DiskHost(root);
        var time = new ManualTime();
        var result = Assert.Single(await new AuditRun(host, new HostFacts(host, check.Roles) { Time = time }, time).RunAsync([check]));
        Assert.Equal(expected, new Finding(result.Outcome, result.Found));
    }

    private static PreparedRoot Prepared(string id, bool good)
    {
        var known = CheckCases.Of(id);
        var root = new PreparedRoot();
        (good ? known.Good : known.Bad)(root);
        return root;
    }
}
