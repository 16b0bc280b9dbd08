using System.Diagnostics;
using System.Runtime.Versioning;
using Garita.Harden;
using Garita.Hardening;
using Garita.Hardening.Repairs;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>The printed script and playbook on a whole Debian 12: what the script changes, and its way back.</summary>
[SupportedOSPlatform("linux")]
public sealed class HardenScriptTests : IDisposable
{
    /// <summary>What the script was told to do, and nothing of what it kept.</summary>
    private const string Undo = "for one in /var/backups/garita-harden/*/script; do sh \"$one\" --undo || exit 1; done";

    private DebianFolder? _debian;

    public void Dispose() => _debian?.Dispose();

    private async Task<DebianFolder> DebianAsync()
    {
        Assert.SkipWhen(DebianFolder.Missing is not null, DebianFolder.Missing ?? "");
        return _debian = await DebianFolder.MakeAsync();
    }

    /// <summary>The script for what is low in risk and lasts, as /root/low.</summary>
    private static async Task PlanAsync(DebianFolder debian)
    {
        var (planned, plan) = await debian.GaritaAsync("harden", "plan", "--only", string.Join(',', await HardenRepairTests.LowAsync(debian)), "--output", "/root/low");
        Assert.True(planned == 0, plan);
    }

    [Fact]
    public async Task The_script_does_the_same_a_second_time_nothing_and_goes_back_whole()
    {
        var debian = await DebianAsync();
        await PlanAsync(debian);
        var (before, picture) = (await HardenRepairTests.AuditAsync(debian), await debian.PictureAsync());
        var (code, ran) = await debian.RunAsync("sh", "/root/low");
        Assert.True(code == 0, ran);
        var once = await debian.PictureAsync();
        Assert.NotEqual(picture, once, StringComparer.Ordinal);
        Assert.True(HardenRepairTests.Passed(await HardenRepairTests.AuditAsync(debian)) > HardenRepairTests.Passed(before), ran);

        (code, ran) = await debian.RunAsync("sh", "/root/low");
        Assert.True(code == 0, ran);
        Assert.Contains("all was as it should be", ran, StringComparison.Ordinal);
        Assert.Equal(once, await debian.PictureAsync());

        (code, ran) = await debian.RunAsync("sh", "/root/low", "--undo");
        Assert.True(code == 0, ran);
        Assert.Equal(picture, await debian.PictureAsync());
        Assert.Equal(before, await HardenRepairTests.AuditAsync(debian));
        (code, ran) = await debian.RunAsync("sh", "/root/low", "--undo");
        Assert.True(code == 0 && ran.Contains("there is nothing to undo", StringComparison.Ordinal), ran);
    }

    [Fact]
    public async Task Killed_at_any_step_the_script_goes_back_whole_and_without_room_it_changes_nothing()
    {
        var debian = await DebianAsync();
        await PlanAsync(debian);
        var picture = await debian.PictureAsync();
        foreach (var mount in (string[])["-o size=4k", "-o ro"])
        {
            var (full, said) = await debian.RunAsync("sh", "-c", $"mount -t tmpfs {mount} none /var/backups && sh /root/low");
            Assert.True(full != 0, said);
            Assert.Equal(picture, await debian.PictureAsync());
        }

        // Killed in its first second at moments that differ, each time on top of what the kill before left, and at last put back once.
        var (code, ran) = await debian.RunAsync("sh", "-c", $$"""
            for step in 1 2 3 5 8 13 21; do
              sh /root/low > /dev/null 2>&1 & one=$!
              until ls -d /var/backups/garita-harden/*/steps/$step > /dev/null 2>&1; do kill -0 $one 2> /dev/null || break; done
              kill -9 $one; wait $one
            done
            ls /var/backups/garita-harden/*/steps | wc -l
            {{Undo}}
            """);
        Assert.True(code == 0, ran);
        Assert.Contains("all is as before", ran, StringComparison.Ordinal);
        Assert.Equal(picture, await debian.PictureAsync());
    }

    [Fact]
    public async Task What_somebody_changed_since_is_left_as_it_is()
    {
        var debian = await DebianAsync();
        await PlanAsync(debian);
        var picture = await debian.PictureAsync();
        var (code, ran) = await debian.RunAsync("sh", "-c", """
            sh /root/low > /dev/null || exit 1
            file=$(ls /var/backups/garita-harden/*/steps/*/hash | head -n 1); file=$(cat "${file%hash}path")
            echo '# mine' >> "$file"
            sh /root/low --undo && exit 2
            grep '# mine' "$file" || exit 3
            sh /root/low --undo --force
            """);
        Assert.True(code == 0, ran);
        Assert.Contains("was changed since and is left as it is", ran, StringComparison.Ordinal);
        Assert.Equal(picture, await debian.PictureAsync());
    }

    [Fact]
    public async Task What_can_lock_out_goes_back_by_itself_unless_it_is_confirmed()
    {
        var debian = await DebianAsync();
        var survey = await RepairSurvey.OfAsync(debian.Root, Roles.None, "/var/lib/garita", Catalogue.All);
        var id = new Plan(survey.Repairs).Repairs.FirstOrDefault(static repair => repair.IsTimed && repair.Repair.Changes.All(static change => change is PutFile or SetLine or SetMode or SetUnit))?.Id;
        Assert.SkipWhen(id is null, "no check finds anything in there that is about SSH, firewall or PAM");
        var (planned, plan) = await debian.GaritaAsync("harden", "plan", "--only", id!, "--output", "/root/timed");
        Assert.True(planned == 0, plan);
        var picture = await debian.PictureAsync();
        // The first process of a name space ends all others with it: the shell waits for the way back.
        const string Wait = "for tenth in $(seq 100); do ls /var/backups/garita-harden/*/timed > /dev/null 2>&1 || break; sleep 0.1; done";
        var (code, ran) = await debian.RunAsync("sh", "-c", $$"""
            sed -i 's/^arm 60$/arm 2/' /root/timed
            sh /root/timed || exit 1
            sh /root/timed && exit 2
            {{Wait}}
            """);
        Assert.True(code == 0, ran);
        Assert.Contains("wait to be confirmed", ran, StringComparison.Ordinal);
        Assert.Equal(Without(picture), Without(await debian.PictureAsync()));

        // Killed as soon as the first change is written down: the way back outlives it.
        (code, ran) = await debian.RunAsync("sh", "-c", $$"""
            sh /root/timed > /dev/null 2>&1 & one=$!
            until ls -d /var/backups/garita-harden/*/steps/1 > /dev/null 2>&1; do kill -0 $one || exit 1; done
            kill -9 $one
            {{Wait}}
            """);
        Assert.True(code == 0, ran);
        Assert.Equal(Without(picture), Without(await debian.PictureAsync()));

        (code, ran) = await debian.RunAsync("sh", "-c", "sh /root/timed && sh /root/timed --confirm --here && sleep 3 && sh /root/timed");
        Assert.True(code == 0, ran);
        Assert.Contains("it stays", ran, StringComparison.Ordinal);
        Assert.Contains("all was as it should be", ran, StringComparison.Ordinal);
        Assert.NotEqual(Without(picture), Without(await debian.PictureAsync()), StringComparer.Ordinal);
        (code, ran) = await debian.RunAsync("sh", "/root/timed", "--undo");
        Assert.True(code == 0, ran);
        Assert.Equal(Without(picture), Without(await debian.PictureAsync()));
    }

    [Fact]
    public async Task All_of_a_plan_can_be_read_by_the_shell_and_by_Ansible()
    {
        var debian = await DebianAsync();
        foreach (var format in (string[])["shell", "ansible"])
        {
            var (planned, plan) = await debian.GaritaAsync("harden", "plan", "--format", format, "--output", "/root/plan." + format);
            Assert.True(planned == 0, plan);
        }

        var (bad, syntax) = await debian.RunAsync("sh", "-n", "/root/plan.shell");
        Assert.True(bad == 0, syntax);
        Assert.SkipUnless(File.Exists("/usr/bin/ansible-playbook"), "ansible-core is not installed");
        using var check = Process.Start(new ProcessStartInfo("ansible-playbook", ["--syntax-check", "-i", "localhost,", debian.Root + "/root/plan.ansible"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = await check.StandardOutput.ReadToEndAsync() + await check.StandardError.ReadToEndAsync();
        await check.WaitForExitAsync();
        Assert.True(check.ExitCode == 0, said);
    }

    /// <summary>Without the script itself, whose seconds the test makes fewer.</summary>
    private static string Without(string picture) => string.Join('\n', picture.Split('\n').Where(static line => !line.Contains("root/timed", StringComparison.Ordinal)));
}
