using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Garita.Hardening.Repairs.Scripts;

/// <summary>
/// A plan as an Ansible playbook, with modules of ansible.builtin alone. Every value is written in double quotes and marked <c>!unsafe</c>, so that
/// nothing in it is taken for a template. What can lock administrators out has no timed way back there: it is done only when it is asked for by name.
/// </summary>
public static class AnsiblePlaybook
{
    /// <summary>Writes a plan as a playbook.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="host">The host that it was made for.</param>
    public static string Render(Plan plan, string host)
    {
        var book = new StringBuilder();
        ShellScript.Comment(book, $"Repairs of {host}, made by garita harden plan. Look before you run it: ansible-playbook --check --diff -i HOST, THIS_FILE");
        foreach (var left in plan.LeftOut)
            ShellScript.Comment(book, $"not in here: {left.Id}: {left.Why}");
        if (plan.Repairs.Any(static repair => repair.IsTimed))
            ShellScript.Comment(book, "SSH, firewall and PAM are left alone unless -e garita_lock_out_risk=yes is given: a playbook has no timed way back, garita harden apply has. Keep a session open.");
        book.Append("---\n- name: \"Repairs of a mail server's host\"\n  hosts: all\n  become: true\n  gather_facts: false\n  vars:\n    garita_lock_out_risk: false\n  tasks:\n");
        if (plan.Repairs.Count == 0)
            book.Append("    []\n");
        foreach (var repair in plan.Repairs)
            Render(book, repair);
        var units = plan.Repairs.SelectMany(static repair => Reloads(repair)).Distinct(StringComparer.Ordinal).ToArray();
        if (units.Length > 0)
            book.Append("  handlers:\n");
        foreach (var unit in units)
        {
            book.Append(CultureInfo.InvariantCulture, $"    - name: {Quote("Reload " + unit)}\n");
            Command(book, ["systemctl", "try-reload-or-restart", unit], "changed_when: true");
        }

        return book.ToString();
    }

    /// <summary>A value in double quotes, as YAML and JSON both have it.</summary>
    /// <param name="value">The value.</param>
    public static string Quote(string value)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in value)
        {
            if (letter is '"' or '\\')
                quoted.Append('\\').Append(letter);
            else if (letter == '\n')
                quoted.Append("\\n");
            else if (letter == '\t')
                quoted.Append("\\t");
            else if (letter is < ' ' or (>= '\u007f' and < '\u00a0') or '\u2028' or '\u2029' or '\ufeff' || (char.IsSurrogate(letter) is false && char.GetUnicodeCategory(letter) == UnicodeCategory.Format))
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
            else
                quoted.Append(letter);
        }

        return quoted.Append('"').ToString();
    }

    private static string Unsafe(string value) => "!unsafe " + Quote(value);

    private static IEnumerable<string> Reloads(PlannedRepair repair) => repair.Repair.Changes.OfType<SetUnit>().Where(static unit => unit.Wish == UnitWish.Reload).Select(static unit => unit.Unit);

    private static void Render(StringBuilder book, PlannedRepair repair)
    {
        book.Append('\n');
        ShellScript.Comment(book, $"{repair.Id}: {repair.Title}", "    ");
        ShellScript.Comment(book, $"found: {repair.Found}", "    ");
        ShellScript.Comment(book, $"risk: {repair.Repair.Risk.ToString().ToLowerInvariant()}. {repair.Repair.WhatMayBreak}", "    ");
        foreach (var change in repair.Repair.Changes.Where(static change => change is not SetUnit { Wish: UnitWish.Reload }))
            Render(book, repair, change);
        foreach (var verification in Verification.For(repair.Repair.Changes.SelectMany(PlannedRepair.PathsOf)))
        {
            book.Append(CultureInfo.InvariantCulture, $"    - name: {Quote($"{repair.Id}: {verification.Program} can read its settings")}\n");
            Command(book, [verification.Program, .. verification.Arguments], "changed_when: false");
            When(book, repair);
        }
    }

    private static void Render(StringBuilder book, PlannedRepair repair, Change change)
    {
        if (change is SetLine line)
        {
            Line(book, repair, line);
            return;
        }

        Name(book, repair, PlannedRepair.InWords(change));
        switch (change)
        {
            case PutFile put:
                Module(book, "copy", ("dest", Unsafe(put.Path)), ("content", Unsafe(put.Content)), ("owner", "root"), ("group", "root"), ("mode", Quote(PlannedRepair.Octal(put.Mode))), ("backup", "true"));
                break;
            case SetMode mode:
                Module(book, "file", [("path", Unsafe(mode.Path)), ("mode", Quote(PlannedRepair.Octal(mode.Mode))), .. Optional("owner", mode.User), .. Optional("group", mode.Group)]);
                break;
            case SetUnit unit:
                Module(book, "systemd_service", [("name", Unsafe(unit.Unit)), .. Wish(unit.Wish)]);
                break;
            case InstallPackages install:
                Module(book, "apt", ("name", List(install.Names)), ("state", "present"), ("update_cache", "true"), ("cache_valid_time", "86400"), ("install_recommends", "false"), ("fail_on_autoremove", "true"));
                break;
            case RemovePackages remove:
                Module(book, "apt", ("name", List(remove.Names)), ("state", "absent"));
                break;
            case RunTool tool:
                Command(book, [tool.Program, .. tool.Arguments], "changed_when: true");
                break;
            default:
                throw new ArgumentException($"no task for {change}", nameof(change));
        }

        End(book, repair);
    }

    /// <summary>lineinfile replaces one line only: a second task leaves the others out.</summary>
    private static void Line(StringBuilder book, PlannedRepair repair, SetLine line)
    {
        var stop = LineEdit.StopAt(line.Path);
        Name(book, repair, PlannedRepair.InWords(line));
        Module(book, "lineinfile", [("path", Unsafe(line.Path)), ("regexp", Unsafe(line.Pattern)), ("line", Unsafe(line.Line)), ("firstmatch", "true"), ("backup", "true"), .. Optional("insertbefore", stop)]);
        End(book, repair);
        // Behind the stop a like line is for somebody else and stays.
        if (stop is not null)
            return;
        Name(book, repair, $"leave out other lines like it in {line.Path}");
        Module(book, "lineinfile", ("path", Unsafe(line.Path)), ("regexp", Unsafe($"^(?!{Regex.Escape(line.Line)}$)(?=.*?(?:{line.Pattern}))")), ("state", "absent"), ("backup", "true"));
        End(book, repair);
    }

    private static (string, string)[] Wish(UnitWish wish) => wish switch
    {
        UnitWish.Enable => [("enabled", "true"), ("masked", "false"), ("state", "started")],
        UnitWish.Disable => [("enabled", "false"), ("state", "stopped")],
        _ => [("masked", "true"), ("state", "stopped")],
    };

    private static (string, string)[] Optional(string key, string? value) => value is null ? [] : [(key, Unsafe(value))];

    private static string List(IEnumerable<string> values) => $"[{string.Join(", ", values.Select(Unsafe))}]";

    private static void Name(StringBuilder book, PlannedRepair repair, string what) =>
        book.Append(CultureInfo.InvariantCulture, $"    - name: {Quote(ShellScript.OneLine($"{repair.Id}: {what}").Replace("{", "(", StringComparison.Ordinal).Replace("}", ")", StringComparison.Ordinal))}\n");

    private static void Module(StringBuilder book, string module, params IReadOnlyList<(string Key, string Value)> values)
    {
        book.Append(CultureInfo.InvariantCulture, $"      ansible.builtin.{module}:\n");
        foreach (var (key, value) in values)
            book.Append(CultureInfo.InvariantCulture, $"        {key}: {value}\n");
    }

    private static void Command(StringBuilder book, IReadOnlyList<string> argv, string changed)
    {
        Module(book, "command", ("argv", List(argv)));
        book.Append("      ").Append(changed).Append('\n');
    }

    private static void End(StringBuilder book, PlannedRepair repair)
    {
        When(book, repair);
        foreach (var (unit, first) in Reloads(repair).Distinct(StringComparer.Ordinal).Select(static (unit, index) => (unit, index == 0)))
            book.Append(first ? "      notify:\n" : "").Append(CultureInfo.InvariantCulture, $"        - {Quote("Reload " + unit)}\n");
    }

    private static void When(StringBuilder book, PlannedRepair repair)
    {
        if (repair.IsTimed)
            book.Append("      when: garita_lock_out_risk | bool\n");
    }
}
