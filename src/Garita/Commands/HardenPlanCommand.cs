using System.CommandLine;
using Garita.Harden;
using Garita.Hardening.Audits;
using Garita.Hardening.Host;
using Garita.Hardening.Repairs;
using Garita.Hardening.Repairs.Scripts;
using Garita.Settings;

namespace Garita.Commands;

/// <summary><c>garita harden plan</c>: what would be changed, as a script or a playbook. Changes nothing.</summary>
internal static class HardenPlanCommand
{
    public static Verb Create()
    {
        var options = new RepairOptions();
        var format = new Option<string>("--format") { Description = "shell or ansible", HelpName = "FORMAT", DefaultValueFactory = static _ => "shell" };
        format.AcceptOnlyFromAmong("shell", "ansible");
        var output = new Option<string?>("--output") { Description = "Write to this file, for its owner alone, instead of printing", HelpName = "FILE" };
        var verb = new Verb("plan", "Print the changes that mend what the audit finds, as a shell script or an Ansible playbook; changes nothing")
        {
            Examples = ["garita harden plan --measure 6", "garita harden plan --format ansible --output repairs.yml", "garita harden plan --only ctrl-alt-del --root /mnt/image"],
        };
        options.AddTo(verb);
        verb.Options.Add(format);
        verb.Options.Add(output);
        verb.SetAction(async (result, _) =>
        {
            var error = result.InvocationConfiguration.Error;
            if (!Environment.IsPrivilegedProcess)
                await error.WriteLineAsync("note: not run as root: what root alone may see is unknown, and no repair follows from it");
            var root = options.RootOf(result);
            var survey = await RepairSurvey.OfAsync(root, options.RolesOf(result), RepairOptions.FolderOf(result, options.Data), options.ChecksOf(result));
            var plan = new Plan(survey.Repairs);
            var name = SafeText.Escape(AuditRun.NameOf(new DiskHost(root)));
            var text = result.GetValue(format) is "ansible" ? AnsiblePlaybook.Render(plan, name) : ShellScript.Render(plan, name, HardenRepairCommands.BackAfter);
            foreach (var left in plan.LeftOut.Concat(survey.NotMendable))
                await error.WriteLineAsync($"not in the plan: {left.Id}: {SafeText.Escape(left.Why)}");
            if (plan.Repairs.Count == 0)
                await error.WriteLineAsync("nothing to mend by program");
            if (result.GetValue(output) is not { } file)
            {
                await CommandLine.Output(result).WriteAsync(text);
                return ExitCodes.Ok;
            }

            try
            {
                ReportFile.Write(file, text);
                return ExitCodes.Ok;
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                await error.WriteLineAsync($"--output: {SafeText.Escape(file)} cannot be written: {problem.Message}");
                return ExitCodes.Failed;
            }
        });
        return verb;
    }
}
